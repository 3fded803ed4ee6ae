package dev.pharos.agent.firewall;

/** What a rule that names no local range covers on a host that routes subnets. */
public enum UnsetLocalRange {
    /** Only our overlay networks: since Nebula 1.10. */
    OWN_NETWORKS,
    /** Everything, as before: {@code default_local_cidr_any}. */
    ANY
}

package dev.pharos.agent.forwarding;

import dev.pharos.agent.linux.Program;
import dev.pharos.protocol.VpnPrefix;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/** An nftables table that masquerades; nobody else's tables are looked at. */
record NatTable(String name) {
    private static final List<String> NFT = List.of("nft", "-f", "-");

    /** @param device whose packets it is about; its letters, digits and underscores make the name */
    static NatTable of(String device) {
        return new NatTable("pharos_" + device.replaceAll("[^A-Za-z0-9_]", "_"));
    }

    /** Whether the machine has the program for it. */
    static boolean isPossible() {
        return Program.exists(NFT.getFirst());
    }

    /** Replaces the table as a whole. */
    void set(Collection<VpnPrefix> from, Collection<VpnPrefix> to) throws IOException {
        Program.run(NFT, forgotten() + script(from, to));
    }

    /** Does nothing when there is no such table. */
    void remove() throws IOException {
        Program.run(NFT, forgotten());
    }

    /** To delete what may not be there is to make it first. */
    private String forgotten() {
        return "table inet " + name + "\ndelete table inet " + name + "\n";
    }

    /** Told by addresses rather than by device, which old kernels do not know any more when they masquerade. */
    private String script(Collection<VpnPrefix> from, Collection<VpnPrefix> to) {
        StringBuilder rules = new StringBuilder();
        for (VpnPrefix source : from) {
            for (VpnPrefix destination : to) {
                if (source.address().isV4() == destination.address().isV4()) {
                    String family = source.address().isV4() ? "ip" : "ip6";
                    rules.append("    ").append(family).append(" saddr ").append(source.masked());
                    rules.append(' ').append(family).append(" daddr ").append(destination);
                    rules.append(" masquerade\n");
                }
            }
        }
        return """
            table inet %s {
              chain postrouting {
                type nat hook postrouting priority srcnat; policy accept;
            %s  }
            }
            """.formatted(name, rules);
    }
}

package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import java.util.List;
import java.util.Map;

/**
 * Where this host may be reached.
 *
 * @param announced what lighthouses are told: what the settings advertise, and our interfaces
 * @param observed where peers saw us last; only Pharos peers say so
 */
public record OwnView(List<UnderlayEndpoint> announced, Map<VpnAddress, UnderlayEndpoint> observed) {}

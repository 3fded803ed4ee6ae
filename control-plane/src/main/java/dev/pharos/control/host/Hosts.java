package dev.pharos.control.host;

import dev.pharos.control.api.Problem;
import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** All hosts, deleted ones too: those keep their names and addresses until their last certificate has expired. */
public interface Hosts extends Repository<Host, String> {
    Host saveAndFlush(Host host);

    void delete(Host host);

    Optional<Host> findById(String id);

    Optional<Host> findBySigningKey(byte[] signingKey);

    Optional<Host> findByNetworkIdAndName(String networkId, String name);

    @Query("select h.address from Host h where h.networkId = ?1 union all"
            + " select h.address6 from Host h where h.networkId = ?1 and h.address6 is not null")
    List<String> addresses(String networkId);

    /** Agents that have joined and are neither blocked nor deleted. */
    @Query("select h from Host h where h.networkId = ?1 and h.signingKey is not null and h.deletedAt is null"
            + " and not h.blocked order by h.id")
    List<Host> present(String networkId);

    /** Those that have not been deleted. */
    @Query("select h from Host h where h.networkId = ?1 and h.deletedAt is null order by h.id")
    List<Host> living(String networkId);

    /** One that has not been deleted. */
    default Host get(String id) {
        return findById(id).filter(host -> !host.deleted()).orElseThrow(() -> Problem.notFound("host " + id));
    }
}

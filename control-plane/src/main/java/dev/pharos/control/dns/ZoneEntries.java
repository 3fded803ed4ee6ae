package dev.pharos.control.dns;

import dev.pharos.control.api.Problem;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface ZoneEntries extends Repository<ZoneEntry, String> {
    ZoneEntry saveAndFlush(ZoneEntry entry);

    void delete(ZoneEntry entry);

    void flush();

    Optional<ZoneEntry> findById(String id);

    @Query("select e from ZoneEntry e where e.networkId = ?1 and e.id > ?2 and e.name ilike ?3 order by e.id")
    List<ZoneEntry> page(String networkId, String after, String like, Limit limit);

    @Query("select e from ZoneEntry e where e.networkId = ?1 order by e.id")
    List<ZoneEntry> all(String networkId);

    @Query("select e from ZoneEntry e where e.networkId = ?1 and e.name = ?2 order by e.id")
    List<ZoneEntry> named(String networkId, String name);

    default ZoneEntry get(String id) {
        return findById(id).orElseThrow(() -> Problem.notFound("DNS record " + id));
    }
}

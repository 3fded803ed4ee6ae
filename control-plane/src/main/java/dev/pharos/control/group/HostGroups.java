package dev.pharos.control.group;

import dev.pharos.control.api.Problem;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface HostGroups extends Repository<HostGroup, String> {
    HostGroup saveAndFlush(HostGroup group);

    void delete(HostGroup group);

    Optional<HostGroup> findById(String id);

    boolean existsByNetworkIdAndName(String networkId, String name);

    @Query("select g from HostGroup g where g.networkId = ?1 and g.id > ?2 and g.name ilike ?3 order by g.id")
    List<HostGroup> page(String networkId, String after, String like, Limit limit);

    default HostGroup get(String id) {
        return findById(id).orElseThrow(() -> Problem.notFound("group " + id));
    }
}

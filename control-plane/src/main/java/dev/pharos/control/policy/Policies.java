package dev.pharos.control.policy;

import dev.pharos.control.api.Problem;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface Policies extends Repository<Policy, String> {
    Policy saveAndFlush(Policy policy);

    void delete(Policy policy);

    void flush();

    Optional<Policy> findById(String id);

    boolean existsByNetworkIdAndName(String networkId, String name);

    @Query("select p from Policy p where p.networkId = ?1 and p.id > ?2 and p.name ilike ?3 order by p.id")
    List<Policy> page(String networkId, String after, String like, Limit limit);

    @Query("select p from Policy p where p.networkId = ?1 order by p.id")
    List<Policy> all(String networkId);

    default Policy get(String id) {
        return findById(id).orElseThrow(() -> Problem.notFound("policy " + id));
    }
}

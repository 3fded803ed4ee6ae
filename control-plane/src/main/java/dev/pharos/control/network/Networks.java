package dev.pharos.control.network;

import dev.pharos.control.api.Problem;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** All networks. */
public interface Networks extends Repository<Network, String> {
    Network saveAndFlush(Network network);

    Optional<Network> findById(String id);

    boolean existsByName(String name);

    Optional<Network> findFirstByOrderByIdAsc();

    @Query("select n from Network n where n.id > ?1 and n.name ilike ?2 order by n.id")
    List<Network> page(String after, String like, Limit limit);

    /** The network of that id, or the first one when none is named; a request may name it wrongly. */
    default Network named(@Nullable String id) {
        return id == null
                ? findFirstByOrderByIdAsc().orElseThrow(() -> Problem.notFound("network"))
                : findById(id).orElseThrow(() -> Problem.field("networkId", "names no network"));
    }

    default Network get(String id) {
        return findById(id).orElseThrow(() -> Problem.notFound("network " + id));
    }
}

package dev.pharos.control.route;

import dev.pharos.control.api.Problem;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface Routes extends Repository<Route, String> {
    Route saveAndFlush(Route route);

    void delete(Route route);

    void flush();

    Optional<Route> findById(String id);

    @Query("select r from Route r where r.networkId = ?1 and r.id > ?2 and r.subnet ilike ?3 order by r.id")
    List<Route> page(String networkId, String after, String like, Limit limit);

    @Query("select r from Route r where r.networkId = ?1 order by r.id")
    List<Route> all(String networkId);

    default Route get(String id) {
        return findById(id).orElseThrow(() -> Problem.notFound("route " + id));
    }
}

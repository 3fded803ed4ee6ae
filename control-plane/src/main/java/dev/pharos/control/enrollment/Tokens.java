package dev.pharos.control.enrollment;

import dev.pharos.control.api.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface Tokens extends Repository<Token, String> {
    Token saveAndFlush(Token token);

    void delete(Token token);

    Optional<Token> findById(String id);

    Optional<Token> findBySecretHash(byte[] secretHash);

    @Query("select t from Token t where t.networkId = ?1 and t.id > ?2 and t.name ilike ?3 order by t.id")
    List<Token> page(String networkId, String after, String like, Limit limit);

    /** Uses a token once more; 0 when it has expired or is used up. One statement, so two hosts never share a use. */
    @Modifying
    @Query("update Token t set t.uses = t.uses + 1 where t.id = ?1 and t.uses < t.maxUses and t.expiresAt > ?2")
    int use(String id, Instant now);

    default Token get(String id) {
        return findById(id).orElseThrow(() -> Problem.notFound("enrolment token " + id));
    }
}

package dev.pharos.control.group;

import dev.pharos.control.api.Ids;
import dev.pharos.control.api.Problem;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The names of groups as hosts, tokens and policies use them; a group comes into being where it is first named. */
@Component
public class Groups {
    private static final String NAME = "[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?";

    private final JdbcClient jdbc;
    private final Clock clock;

    Groups(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** What the groups of a network are for, by name. */
    public Map<String, String> descriptions(String networkId) {
        Map<String, String> descriptions = new TreeMap<>();
        jdbc.sql("select name, description from host_group where network_id = ?")
                .param(networkId)
                .query(row -> {
                    descriptions.put(row.getString(1), row.getString(2));
                });
        return descriptions;
    }

    /** Says what a group is for, and makes it if need be. */
    public void describe(String networkId, String name, String description) {
        ensure(networkId, "groups", List.of(name));
        jdbc.sql("update host_group set description = ?, version = version + 1"
                        + " where network_id = ? and name = ? and description <> ?")
                .params(description, networkId, name, description)
                .update();
    }

    /** Refuses what is no name of a group. */
    public static void requireName(String field, String name) {
        if (!isName(name)) {
            throw Problem.field(field, "must name a group by 1 to 63 letters, digits, dots, dashes or underscores");
        }
    }

    static boolean isName(String name) {
        return name.matches(NAME);
    }

    /**
     * Makes sure that these groups exist, and answers with them in order and once each.
     *
     * @param field of the request, for the problem when one of them is no name
     */
    public List<String> ensure(String networkId, String field, List<String> names) {
        List<String> ordered = names.stream().distinct().sorted().toList();
        for (String name : ordered) {
            if (!isName(name)) {
                throw Problem.field(
                        field, "holds a group name that is not 1 to 63 letters, digits, dots, dashes or underscores");
            }
            jdbc.sql("""
                insert into host_group (id, network_id, name, created_at) values (?, ?, ?, ?)
                on conflict (network_id, name) do nothing\
                """)
                    .params(Ids.next("grp", clock.instant()), networkId, name, Timestamp.from(clock.instant()))
                    .update();
        }
        return ordered;
    }
}

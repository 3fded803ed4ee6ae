package dev.pharos.control.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** What somebody may do; each role may also do what those before it may. */
public enum Role {
    /** Reads everything that is no secret. */
    @JsonProperty("auditor")
    AUDITOR,
    /** Changes hosts, groups, policies, tokens for enrolment. */
    @JsonProperty("admin")
    ADMIN,
    /** Says who else may, and holds the keys of the network. */
    @JsonProperty("owner")
    OWNER;

    public boolean covers(Role needed) {
        return compareTo(needed) >= 0;
    }

    /** As it stands in the API and the database. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The reverse of {@link #word}.
     *
     * @throws IllegalArgumentException for any other word
     */
    public static Role of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}

package dev.pharos.agent.config;

import java.time.Duration;
import java.util.Locale;

/**
 * How names in {@code static_host_map} are looked up: {@code static_map.*}.
 *
 * @param interval between two look-ups
 * @param timeout how long name servers are waited for; what comes later counts from the next look-up on
 */
public record NameLookup(Duration interval, Family family, Duration timeout) {
    public static final NameLookup DEFAULT = new NameLookup(Duration.ofSeconds(30), Family.IP4, Duration.ofMillis(250));

    /** Which addresses of a name count. */
    public enum Family {
        IP4,
        IP6,
        IP;

        public boolean contains(boolean v4) {
            return this == IP || v4 == (this == IP4);
        }
    }

    static NameLookup read(Section map) throws ConfigException {
        Duration interval = map.duration("cadence", DEFAULT.interval);
        if (!interval.isPositive()) {
            throw map.error("cadence", "must be longer than nothing");
        }
        return new NameLookup(
                interval,
                Family.valueOf(map.oneOf("network", "ip4", "ip6", "ip").toUpperCase(Locale.ROOT)),
                map.duration("lookup_timeout", DEFAULT.timeout));
    }
}

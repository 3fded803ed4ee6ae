package dev.pharos.agent.mesh;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Which of our own addresses are announced: {@code lighthouse.local_allow_list} with its {@code interfaces}. */
public final class LocalAllowList {
    public static final LocalAllowList ALL = new LocalAllowList(AllowList.ALL, List.of(), true);

    private final AllowList addresses;
    private final List<Pattern> interfaces;
    private final boolean allowNamed;

    private LocalAllowList(AllowList addresses, List<Pattern> interfaces, boolean allowNamed) {
        this.addresses = addresses;
        this.interfaces = interfaces;
        this.allowNamed = allowNamed;
    }

    /**
     * Takes rules for addresses and for interfaces.
     *
     * @param interfaces regular expressions for whole names; either all are allowed or none, and interfaces that match
     *     none of them are treated the other way; without any, every interface is allowed
     * @throws MalformedException when they say both, or one is no regular expression
     */
    public static LocalAllowList of(AllowList addresses, Map<String, Boolean> interfaces) throws MalformedException {
        if (interfaces.isEmpty()) {
            return new LocalAllowList(addresses, List.of(), true);
        }
        if (interfaces.values().stream().distinct().count() > 1) {
            throw new MalformedException("interfaces must all be true or all be false");
        }
        List<Pattern> patterns = new ArrayList<>();
        for (String name : interfaces.keySet()) {
            try {
                patterns.add(Pattern.compile(name));
            } catch (PatternSyntaxException e) {
                throw new MalformedException(
                        "interfaces: " + name + " is no regular expression: " + e.getDescription());
            }
        }
        return new LocalAllowList(
                addresses, List.copyOf(patterns), interfaces.values().iterator().next());
    }

    public boolean allows(UnderlayEndpoint endpoint) {
        return addresses.allows(endpoint);
    }

    /** Whether addresses of the interface with this name are announced at all. */
    public boolean allowsInterface(String name) {
        for (Pattern pattern : interfaces) {
            if (pattern.matcher(name).matches()) {
                return allowNamed;
            }
        }
        return interfaces.isEmpty() || !allowNamed;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LocalAllowList list
                && list.addresses.equals(addresses)
                && list.allowNamed == allowNamed
                && list.names().equals(names());
    }

    @Override
    public int hashCode() {
        return Objects.hash(addresses, allowNamed, names());
    }

    private List<String> names() {
        return interfaces.stream().map(Pattern::pattern).toList();
    }

    @Override
    public String toString() {
        return addresses + ", interfaces " + names() + " " + allowNamed;
    }
}

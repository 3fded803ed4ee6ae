package dev.pharos.protocol.bundle;

import dev.pharos.protocol.MalformedException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ports {@code first} to {@code last}, both included, as {@code any}, {@code 22} or {@code 8000-8100}. {@link #ANY} is
 * more than all ports: it also matches what has none, such as later fragments.
 */
public record PortRange(int first, int last) {
    public static final PortRange ANY = new PortRange(0, 65535);

    private static final String ANY_TEXT = "any";
    private static final Pattern RANGE = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");

    public PortRange {
        boolean any = first == 0 && last == 65535;
        if (!any && (first < 1 || last > 65535 || first > last)) {
            throw new IllegalArgumentException("ports are any, one of 1 to 65535, or a range of these");
        }
    }

    /**
     * Reads one of the three forms.
     *
     * @throws MalformedException when the text is none of the three forms
     */
    public static PortRange parse(String text) throws MalformedException {
        try {
            return fromText(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("ports are any, one of 1 to 65535, or a range of these", e);
        }
    }

    private static PortRange fromText(String text) {
        if (text.equals(ANY_TEXT)) {
            return ANY;
        }
        Matcher range = RANGE.matcher(text);
        if (!range.matches() || text.startsWith("0")) {
            throw new IllegalArgumentException("ports are any, one of 1 to 65535, or a range of these");
        }
        int first = Integer.parseInt(range.group(1));
        String last = range.group(2);
        return new PortRange(first, last == null ? first : Integer.parseInt(last));
    }

    @Override
    public String toString() {
        if (equals(ANY)) {
            return ANY_TEXT;
        }
        return first == last ? Integer.toString(first) : first + "-" + last;
    }
}

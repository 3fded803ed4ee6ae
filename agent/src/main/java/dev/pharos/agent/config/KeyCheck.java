package dev.pharos.agent.config;

import dev.pharos.agent.config.NebulaKeys.NebulaKey;
import dev.pharos.agent.config.NebulaKeys.Treatment;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks for keys that nobody reads, and for those that ask for what is not there. */
final class KeyCheck {
    private static final List<String> SUGGESTIONS = NebulaKeys.ALL.stream()
            .map(key -> key.name().replace(".*", ""))
            .flatMap(name -> Stream.of(name, name.replaceFirst("(\\[])?\\..*", "")))
            .distinct()
            .toList();

    /** Characters of an unknown key that are compared with the known ones. */
    private static final int LONGEST_MISTAKE = 64;

    private KeyCheck() {}

    /**
     * Warns of each unknown key, in the order of the file.
     *
     * @throws ConfigException at the first key that is refused
     */
    static void check(Section top) throws ConfigException {
        section(top, "");
    }

    private static void section(Section section, String pattern) throws ConfigException {
        for (String key : section.keys()) {
            String name = pattern.isEmpty() ? key : pattern + "." + key;
            if (NebulaKeys.isParent(name + "[]") && section.hasSections(key)) {
                for (Section item : section.sections(key)) {
                    section(item, name + "[]");
                }
            } else if (NebulaKeys.isKnown(name)) {
                refuse(section, key, name);
            } else if (NebulaKeys.isParent(name)) {
                if (section.isSection(key)) {
                    section(section.section(key), name);
                }
            } else {
                section.warn(key, "unknown key; did you mean " + nearest(name) + "?");
            }
        }
    }

    private static void refuse(Section section, String key, String name) throws ConfigException {
        Optional<NebulaKey> refused = NebulaKeys.named(name).filter(known -> known.treatment() == Treatment.REFUSED);
        if (refused.isPresent() && !saysSo(section, key, refused.get().otherwise())) {
            throw section.error(key, refused.get().note());
        }
    }

    private static boolean saysSo(Section section, String key, String otherwise) throws ConfigException {
        return otherwise.equals("false")
                ? !section.flag(key, false)
                : section.text(key, otherwise).equals(otherwise);
    }

    private static String nearest(String unknown) {
        String start = unknown.substring(0, Math.min(unknown.length(), LONGEST_MISTAKE));
        return SUGGESTIONS.stream()
                .min(Comparator.comparingInt(name -> distance(start, name)))
                .orElseThrow()
                .replace("[]", "");
    }

    /** Levenshtein: the fewest insertions, deletions and replacements of one character. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}

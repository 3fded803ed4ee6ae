package dev.pharos.lab.interop;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * One combination of the matrix, on one line as {@code 1.9.3 relay v1 P256 aes}.
 *
 * @param version of every stock daemon in the cell
 * @param role what our agent is; the stock daemons are the rest
 */
record Cell(String version, Role role, Certificates certificates, Curve curve, String cipher) {
    static final List<String> VERSIONS = List.of("1.6.1", "1.9.3", "1.11.0");
    static final List<String> CIPHERS = List.of("aes", "chachapoly");

    enum Role {
        CLIENT,
        LIGHTHOUSE,
        RELAY
    }

    /**
     * What our agent presents. Stock nebula before 1.10 reads version 1 alone: beside it {@link #BOTH} is our agent with
     * both versions on one key among hosts that have but the first. From 1.10 on everyone in the cell has the same.
     */
    enum Certificates {
        V1,
        V2,
        BOTH
    }

    enum Curve {
        C25519,
        P256;

        /** As {@code nebula-cert} spells it. */
        String option() {
            return this == C25519 ? "25519" : "P256";
        }
    }

    /** Every combination that the stock version supports: version 2 from 1.10, P256 from 1.7. */
    static List<Cell> all() {
        return VERSIONS.stream()
                .flatMap(version -> Arrays.stream(Role.values())
                        .flatMap(role -> Arrays.stream(Certificates.values())
                                .flatMap(certificates -> Arrays.stream(Curve.values())
                                        .flatMap(curve -> CIPHERS.stream()
                                                .map(cipher -> new Cell(version, role, certificates, curve, cipher))))))
                .filter(Cell::supported)
                .toList();
    }

    static Cell parse(String line) {
        String[] words = line.split(" ", -1);
        return new Cell(
                words[0],
                Role.valueOf(words[1].toUpperCase(Locale.ROOT)),
                Certificates.valueOf(words[2].toUpperCase(Locale.ROOT)),
                words[3].equals("25519") ? Curve.C25519 : Curve.valueOf(words[3]),
                words[4]);
    }

    /** The choices of this cell, two of which make a pair. */
    List<String> choices() {
        return List.of(version, name(role), name(certificates), curve.option(), cipher);
    }

    /** Every two choices that this cell tries together. */
    Stream<String> pairs() {
        List<String> choices = choices();
        return Stream.iterate(0, i -> i < choices.size(), i -> i + 1)
                .flatMap(i ->
                        choices.subList(i + 1, choices.size()).stream().map(other -> choices.get(i) + " " + other));
    }

    boolean readsVersion2() {
        return version.equals("1.11.0");
    }

    @Override
    public String toString() {
        return String.join(" ", choices());
    }

    private boolean supported() {
        return (readsVersion2() || certificates != Certificates.V2)
                && (!version.equals("1.6.1") || curve == Curve.C25519);
    }

    private static String name(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }
}

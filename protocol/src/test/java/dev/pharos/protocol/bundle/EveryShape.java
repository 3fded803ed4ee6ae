package dev.pharos.protocol.bundle;

import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Every type that a component can have, without a constructor that is choosy. */
record EveryShape(
        String text,
        int number,
        long large,
        double fraction,
        boolean yes,
        Instant at,
        URI url,
        RecordType type,
        NetworkCipher cipher,
        Optional<String> perhaps,
        Optional<Integer> count,
        Optional<Double> millis,
        Optional<Instant> heard,
        Optional<RecordType> kind,
        Optional<URI> link,
        List<String> texts,
        List<Integer> numbers,
        List<Instant> times,
        List<URI> urls,
        Map<String, String> settings,
        Map<Digest, Binary> parts,
        TlsTrust tls,
        List<Rule> rules) {
    private static final List<RecordType> TYPES =
            List.of(RecordType.A, RecordType.AAAA, RecordType.CNAME, RecordType.TXT);

    static final EveryShape SAMPLE = new EveryShape(
            "a",
            1,
            2,
            3.5,
            true,
            BundleSamples.NOW,
            URI.create("https://a"),
            RecordType.AAAA,
            NetworkCipher.AES,
            Optional.of("b"),
            Optional.of(4),
            Optional.of(5.25),
            Optional.of(BundleSamples.NOW),
            Optional.of(RecordType.A),
            Optional.of(URI.create("b")),
            List.of("c", "d"),
            List.of(6, 7),
            List.of(BundleSamples.NOW),
            List.of(URI.create("https://c"), URI.create("")),
            Map.of("e", "f"),
            Map.of(Digest.of(new byte[0]), Binary.of(new byte[] {8})),
            new TlsTrust.Pins(List.of(BundleSamples.PIN)),
            BundleSamples.own().rules().inbound());

    /** Any of them, texts with all that Java takes for one. */
    static Arbitrary<EveryShape> arbitrary() {
        Arbitrary<String> texts = Arbitraries.strings().all().ofMaxLength(8);
        Arbitrary<Instant> times = Combinators.combine(
                        Arbitraries.longs().between(Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond()),
                        Arbitraries.of(0, 500_000_000, 123_456_789, 1))
                .as(Instant::ofEpochSecond);
        Arbitrary<Double> doubles = Arbitraries.oneOf(
                Arbitraries.doubles(),
                Arbitraries.of(
                        Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, Double.MIN_VALUE, 1e21));
        Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(5);
        Arbitrary<Map<Digest, Binary>> parts =
                Arbitraries.maps(bytes.map(Digest::of), bytes.map(Binary::of)).ofMaxSize(3);
        Arbitrary<List<Integer>> numbers = Arbitraries.integers().list().ofMaxSize(3);
        return Combinators.combine(
                        texts,
                        texts.list().ofMaxSize(3),
                        times.list().ofMinSize(1).ofMaxSize(3),
                        doubles,
                        parts,
                        numbers,
                        Arbitraries.longs(),
                        Arbitraries.integers().between(0, 7))
                .as((text, list, moments, fraction, map, integers, large, choice) ->
                        of(text, list, moments, fraction, map, integers, large, choice));
    }

    private static EveryShape of(
            String text,
            List<String> texts,
            List<Instant> times,
            double fraction,
            Map<Digest, Binary> parts,
            List<Integer> numbers,
            long large,
            int choice) {
        boolean some = choice % 2 == 0;
        Map<String, String> settings = new LinkedHashMap<>();
        texts.forEach(each -> settings.put(each, text));
        return new EveryShape(
                text,
                (int) large,
                large,
                fraction,
                some,
                times.getFirst(),
                URI.create("https://a/" + (int) large),
                TYPES.get(choice % 4),
                some ? NetworkCipher.AES : NetworkCipher.CHACHAPOLY,
                Optional.of(text).filter(_ -> some),
                numbers.stream().findFirst(),
                Optional.of(fraction).filter(_ -> choice < 4),
                Optional.of(times.getFirst()).filter(_ -> choice > 2),
                Optional.empty(),
                Optional.empty(),
                texts,
                numbers,
                times,
                IntStream.range(0, choice).mapToObj(i -> URI.create("x:" + i)).toList(),
                settings,
                parts,
                some ? TlsTrust.WEB_PKI : SAMPLE.tls(),
                SAMPLE.rules().subList(0, choice % 3));
    }
}

package dev.pharos.protocol.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** Our own mapping writes and takes, bit by bit, what jackson-databind does, and refuses the rest at the same place. */
class ControlJsonOracleTests {
    private static final HostReport REPORT = new HostReport(
            "0.1.0",
            "linux/amd64",
            BundleSamples.NOW,
            Optional.of(BundleSamples.NOW),
            Optional.of(new HostReport.RefusedBundle(new Revision(1, 2), "older")),
            List.of(new HostReport.Peer(
                    BundleSamples.address("10.42.0.10"),
                    PeerPath.via(BundleSamples.address("fd00::1")),
                    Optional.of(UnderlayEndpoint.ofV4(0xC633_6407, 4242)),
                    List.of(BundleSamples.hostPort("home.example.net:1")),
                    List.of(BundleSamples.hostPort("[::1]:2")),
                    Optional.of(1.25),
                    Optional.of(BundleSamples.NOW),
                    Optional.of(BundleSamples.NOW),
                    1,
                    1L << 40)),
            Optional.of(9),
            List.of("no nft"));

    private static final List<Object> MESSAGES = Stream.concat(
                    ControlJsonTests.everyMessage(),
                    Stream.of(
                            EveryShape.SAMPLE,
                            REPORT,
                            new EnrollmentPending("host_1"),
                            new ShownBundle(
                                    new BundleSigner(BundleSamples.KEY).sign(BundleSamples.manifest(1, 2)),
                                    Binary.of(new byte[] {1}))))
            .toList();

    private static final List<Mutations> JSONS = MESSAGES.stream()
            .map(message -> new Mutations(ControlJson.write(message)))
            .toList();

    private static final byte[] INTERESTING = "{}[]\",:0-9.enulltrue\\ \u0000é\ufeff".getBytes(StandardCharsets.UTF_8);

    /** Of the same strictness, and with no types: what it refuses is no JSON at all. */
    private static final JsonFactory ANY = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(32).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Where a text belongs, databind loses its place in one. */
    private static final Pattern ARRAY_IN_ARRAY = Pattern.compile("[\\[,]\\s*\\[");

    @Property(tries = 500)
    void whatIsWrittenIsTheSame(@ForAll("shapes") EveryShape value) {
        assertThat(outcome(() -> new String(ControlJson.write(value), StandardCharsets.UTF_8)))
                .isEqualTo(outcome(() -> new String(ControlJsonOracle.write(value), StandardCharsets.UTF_8)));
    }

    @Property(tries = 500)
    void whatOneWritesTheOtherReads(@ForAll("shapes") EveryShape value) {
        assertThat(outcome(() -> ControlJson.read(EveryShape.class, ControlJsonOracle.write(value), 1 << 20)))
                .isEqualTo(outcome(() -> ControlJsonOracle.read(EveryShape.class, ControlJson.write(value))));
    }

    @Test
    void everyMessageIsWrittenTheSame() {
        assertThat(MESSAGES)
                .allSatisfy(
                        message -> assertThat(ControlJson.write(message)).isEqualTo(ControlJsonOracle.write(message)));
        Object noRecord = Map.of("urls", List.of("https://a"), "none", Map.of());
        assertThat(ControlJson.write(noRecord)).isEqualTo(ControlJsonOracle.write(noRecord));
    }

    @Property(tries = 20_000)
    void whatIsOddIsTakenOrRefusedAlike(
            @ForAll @IntRange(max = 1000) int message,
            @ForAll @IntRange(max = 7) int kind,
            @ForAll @IntRange(max = 10_000) int at,
            @ForAll @IntRange(max = 1000) int odd) {
        compare(message, JSONS.get(message % JSONS.size()).mutated(kind, at, odd));
    }

    @Property(tries = 10_000)
    void whatIsOddInTwoPlacesIsTakenOrRefusedAlike(
            @ForAll @IntRange(max = 1000) int message,
            @ForAll @IntRange(max = 4) int kind,
            @ForAll @IntRange(max = 10_000) int at,
            @ForAll @IntRange(max = 50) int odd,
            @ForAll @IntRange(max = 7) int otherKind,
            @ForAll @IntRange(max = 10_000) int otherAt,
            @ForAll @IntRange(max = 1000) int otherOdd) {
        byte[] once = JSONS.get(message % JSONS.size()).mutated(kind, at, odd);
        if (once.length > 0 && isJson(once)) {
            compare(message, new Mutations(once).mutated(otherKind, otherAt, otherOdd));
        }
    }

    @Property(tries = 10_000)
    void bytesAreTakenOrRefusedAlike(
            @ForAll @IntRange(max = 1000) int message,
            @ForAll @IntRange(max = 20_000) int position,
            @ForAll @IntRange(max = 1000) int value) {
        byte[] json = JSONS.get(message % JSONS.size()).json.clone();
        json[position % json.length] = INTERESTING[value % INTERESTING.length];
        compare(message, json);
    }

    /** Every odd thing in the place of every value, once. */
    @Test
    void everyValueMayBeOfEveryOtherKind() {
        for (int message = 0; message < JSONS.size(); message++) {
            Mutations json = JSONS.get(message);
            for (int at = 0; at < json.spans.size(); at++) {
                for (int odd = 0; odd < Mutations.ODD.size(); odd++) {
                    compare(message, json.mutated(0, at, odd));
                }
            }
        }
    }

    @Test
    void whatNobodyKnowsHasTheSameLimits() {
        String text = "x".repeat(2 * ControlJson.MAX_PART_BYTES);
        Stream.of(text, text + "x")
                .forEach(unknown -> compare(
                        Revision.class,
                        ("{\"epoch\":1,\"odd\":[\"" + unknown + "\"],\"number\":2}").getBytes(StandardCharsets.UTF_8)));
    }

    private static void compare(int message, byte[] json) {
        compare(MESSAGES.get(message % MESSAGES.size()).getClass(), json);
    }

    private static void compare(Class<?> type, byte[] json) {
        Object ours = outcome(() -> ControlJson.read(type, json, ControlJson.MAX_ANSWER_BYTES));
        Object theirs = outcome(() -> ControlJsonOracle.read(type, json));
        if (!(ours instanceof Refused(String place) && theirs instanceof Refused(String theirPlace))) {
            assertThat(ours).as(() -> text(json)).isEqualTo(theirs);
        } else if (isJson(json) && !ARRAY_IN_ARRAY.matcher(text(json)).find()) {
            assertThat(place).as(() -> "at least as exact for " + text(json)).startsWith(theirPlace);
        }
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }

    private record Refused(String message) {}

    private static Object outcome(Callable<?> call) {
        try {
            return call.call();
        } catch (MalformedException e) {
            return new Refused(e.getMessage());
        } catch (JacksonException e) {
            return new Refused("not to be written");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isJson(byte[] json) {
        try (JsonParser parser = ANY.createParser(ObjectReadContext.empty(), json)) {
            while (parser.nextToken() != null) {
                parser.finishToken();
            }
            return true;
        } catch (JacksonException e) {
            return false;
        }
    }

    @Provide
    static Arbitrary<EveryShape> shapes() {
        return EveryShape.arbitrary();
    }
}

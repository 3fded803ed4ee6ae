package dev.pharos.protocol.bundle;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Certificate;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MutableCoercionConfig;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/**
 * The control protocol's JSON as jackson-databind maps it, by which it was defined: what {@link ControlJson} is held
 * against. What databind takes beside the forms of docs/control-protocol.md, and nobody ever wrote, is turned off: seconds
 * for a time, a blank text for no number, a number for a URL, and an object for an endpoint or ports, which is not checked.
 */
final class ControlJsonOracle {
    private static final int MAX_DEPTH = 32;

    private static final JsonMapper MAPPER = OracleAnnotations.on(JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(2 * ControlJson.MAX_PART_BYTES)
                            .build())
                    .build()))
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .withCoercionConfig(LogicalType.Textual, ControlJsonOracle::onlyText)
            .withCoercionConfigDefaults(all -> all.setAcceptBlankAsEmpty(false))
            .changeDefaultPropertyInclusion(old -> old.withValueInclusion(JsonInclude.Include.NON_ABSENT))
            .withConfigOverride(List.class, list -> list.setNullHandling(absentIsEmpty()))
            .withConfigOverride(Map.class, map -> map.setNullHandling(absentIsEmpty()))
            .addModule(values())
            .build();

    private ControlJsonOracle() {}

    static byte[] write(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    static <T> T read(Class<T> type, byte[] json) throws MalformedException {
        try {
            T value = MAPPER.readValue(json, type);
            if (value == null) {
                throw new MalformedException(type.getSimpleName() + ": null");
            }
            return value;
        } catch (JacksonException e) {
            throw new MalformedException(type.getSimpleName() + ": malformed" + place(e));
        }
    }

    private static String place(JacksonException e) {
        StringBuilder place = new StringBuilder();
        for (JacksonException.Reference reference : e.getPath()) {
            if (reference.getPropertyName() != null) {
                place.append(place.isEmpty() ? "" : ".").append(reference.getPropertyName());
            } else {
                place.append('[').append(reference.getIndex()).append(']');
            }
        }
        return place.isEmpty() ? "" : " at " + place;
    }

    private static void onlyText(MutableCoercionConfig text) {
        text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
    }

    private static JsonSetter.Value absentIsEmpty() {
        return JsonSetter.Value.construct(Nulls.AS_EMPTY, Nulls.FAIL);
    }

    private static SimpleModule values() {
        return new OracleModule()
                .text(VpnAddress.class, VpnAddress::parse, VpnAddress::toString)
                .text(VpnPrefix.class, VpnPrefix::parse, VpnPrefix::toString)
                .text(UnderlayEndpoint.class, UnderlayEndpoint::parse, UnderlayEndpoint::toString)
                .text(Fingerprint.class, Fingerprint::parse, Fingerprint::hex)
                .text(Certificate.class, OracleModule::certificate, OracleModule::pem)
                .text(HostPort.class, HostPort::parse, HostPort::toString)
                .text(PortRange.class, PortRange::parse, PortRange::toString)
                .onlyText(Instant.class, text -> Instant.parse(text.trim()))
                .onlyText(URI.class, text -> URI.create(text.trim()))
                .with(TlsTrust.class, new OracleTlsTrust.Reader(), new OracleTlsTrust.Writer());
    }
}

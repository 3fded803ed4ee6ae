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
 * JSON of the control protocol. Reads what it does not know without complaint, and nothing else: a field that is missing
 * or null, a number in quotes, a field given twice or bytes after the end are malformed. Writes fields in the order of
 * the record and leaves out what is absent, so equal values have equal bytes.
 */
public final class ControlJson {
    /** Of an envelope with its manifest, and of any request. */
    public static final int MAX_ENVELOPE_BYTES = 1 << 20;

    /** Of one part. */
    public static final int MAX_PART_BYTES = 16 << 20;

    /** Of the answer to an enrolment: an envelope and all parts, in base64. */
    public static final int MAX_ANSWER_BYTES = 64 << 20;

    private static final int MAX_DEPTH = 32;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(2 * MAX_PART_BYTES)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .withCoercionConfig(LogicalType.Textual, ControlJson::onlyText)
            .changeDefaultPropertyInclusion(old -> old.withValueInclusion(JsonInclude.Include.NON_ABSENT))
            .withConfigOverride(List.class, list -> list.setNullHandling(absentIsEmpty()))
            .withConfigOverride(Map.class, map -> map.setNullHandling(absentIsEmpty()))
            .addModule(values())
            .build();

    private ControlJson() {}

    /** The JSON of a value of this package, UTF-8. */
    public static byte[] write(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    /**
     * Reads a value of this package.
     *
     * @throws MalformedException when there are more than {@code maxBytes}, or they are not the JSON of such a value; the
     *     message names the place and never the content, which may be secret
     */
    public static <T> T read(Class<T> type, byte[] json, int maxBytes) throws MalformedException {
        if (json.length > maxBytes) {
            throw new MalformedException(name(type) + ": longer than " + maxBytes + " bytes");
        }
        try {
            T value = MAPPER.readValue(json, type);
            if (value == null) {
                throw new MalformedException(name(type) + ": null");
            }
            return value;
        } catch (JacksonException e) {
            throw new MalformedException(name(type) + ": malformed" + place(e));
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

    private static String name(Class<?> type) {
        return type.getSimpleName();
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
        return new TextModule()
                .text(VpnAddress.class, VpnAddress::parse, VpnAddress::toString)
                .text(VpnPrefix.class, VpnPrefix::parse, VpnPrefix::toString)
                .text(UnderlayEndpoint.class, UnderlayEndpoint::parse, UnderlayEndpoint::toString)
                .text(Fingerprint.class, Fingerprint::parse, Fingerprint::hex)
                .text(Certificate.class, TextModule::certificate, TextModule::pem)
                .with(TlsTrust.class, new TlsTrustJson.Reader(), new TlsTrustJson.Writer());
    }
}

package dev.pharos.protocol.bundle;

import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.ser.std.StdSerializer;

/** {@code ["pin", "pin"]} or {@code "webpki"}. */
final class OracleTlsTrust {
    private static final String WEB_PKI = "webpki";

    private OracleTlsTrust() {}

    static final class Reader extends StdDeserializer<TlsTrust> {
        Reader() {
            super(TlsTrust.class);
        }

        @Override
        public TlsTrust deserialize(JsonParser json, DeserializationContext context) {
            if (json.currentToken() == JsonToken.START_ARRAY) {
                Pin[] pins = context.readValue(json, Pin[].class);
                return pins.length == 0
                        ? context.reportInputMismatch(this, "at least one pin is needed")
                        : new TlsTrust.Pins(List.of(pins));
            }
            if (json.currentToken() == JsonToken.VALUE_STRING && WEB_PKI.equals(json.getString())) {
                return TlsTrust.WEB_PKI;
            }
            return context.reportInputMismatch(this, "expected pins or webpki");
        }
    }

    static final class Writer extends StdSerializer<TlsTrust> {
        Writer() {
            super(TlsTrust.class);
        }

        @Override
        public void serialize(TlsTrust trust, JsonGenerator json, SerializationContext context) {
            switch (trust) {
                case TlsTrust.WebPki ignored -> json.writeString(WEB_PKI);
                case TlsTrust.Pins pins -> context.writeValue(json, pins.accepted());
            }
        }
    }
}

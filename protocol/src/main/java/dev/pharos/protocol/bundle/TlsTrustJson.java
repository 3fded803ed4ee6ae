package dev.pharos.protocol.bundle;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.json.Shape;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** {@code ["pin", "pin"]} or {@code "webpki"}. */
record TlsTrustJson(Shape<List<Pin>> pins) implements Shape<TlsTrust> {
    private static final String WEB_PKI = "webpki";

    @Override
    public TlsTrust read(JsonParser json) throws MalformedException {
        if (json.currentToken() == JsonToken.START_ARRAY) {
            return new TlsTrust.Pins(pins.read(json));
        }
        if (json.currentToken() == JsonToken.VALUE_STRING && WEB_PKI.equals(json.getString())) {
            return TlsTrust.WEB_PKI;
        }
        throw new MalformedException("expected pins or webpki");
    }

    @Override
    public void write(TlsTrust trust, JsonGenerator json) {
        switch (trust) {
            case TlsTrust.WebPki ignored -> json.writeString(WEB_PKI);
            case TlsTrust.Pins some -> pins.write(some.accepted(), json);
        }
    }
}

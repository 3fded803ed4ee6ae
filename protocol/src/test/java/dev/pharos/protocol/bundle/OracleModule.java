package dev.pharos.protocol.bundle;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificatePem;
import java.util.List;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/** Values of other packages, which know nothing of JSON: each is one string. */
final class OracleModule extends SimpleModule {
    private static final long serialVersionUID = 1L;

    interface Parser<T> {
        T parse(String text) throws MalformedException;
    }

    <T> OracleModule text(Class<T> type, Parser<T> parser, Function<T, String> printer) {
        return with(type, new Reader<>(type, parser), new Writer<>(type, printer));
    }

    <T> OracleModule onlyText(Class<T> type, Parser<T> parser) {
        addDeserializer(type, new Reader<>(type, parser));
        return this;
    }

    <T> OracleModule with(Class<T> type, ValueDeserializer<T> reader, ValueSerializer<T> writer) {
        addDeserializer(type, reader);
        addSerializer(type, writer);
        return this;
    }

    static Certificate certificate(String pem) throws MalformedException {
        List<Certificate> certificates = CertificatePem.parse(pem);
        if (certificates.size() != 1) {
            throw new MalformedException("more than one certificate in a PEM");
        }
        return certificates.getFirst();
    }

    static String pem(Certificate certificate) {
        return CertificatePem.format(List.of(certificate));
    }

    private static final class Reader<T> extends StdDeserializer<T> {
        private final Parser<T> parser;

        Reader(Class<T> type, Parser<T> parser) {
            super(type);
            this.parser = parser;
        }

        @Override
        public T deserialize(JsonParser json, DeserializationContext context) {
            if (json.currentToken() != JsonToken.VALUE_STRING) {
                return context.reportInputMismatch(this, "expected a string");
            }
            try {
                return parser.parse(json.getString());
            } catch (MalformedException e) {
                return context.reportInputMismatch(this, e.getMessage());
            }
        }
    }

    private static final class Writer<T> extends StdSerializer<T> {
        private final Function<T, String> printer;

        Writer(Class<T> type, Function<T, String> printer) {
            super(type);
            this.printer = printer;
        }

        @Override
        public void serialize(T value, JsonGenerator json, SerializationContext context) {
            json.writeString(printer.apply(value));
        }
    }
}

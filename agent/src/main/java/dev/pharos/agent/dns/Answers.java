package dev.pharos.agent.dns;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsOpCode;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Fills answers as nebula 1.11 does: A and AAAA by name, TXT by overlay address with the certificate, and that only for
 * this machine itself. A name without an address of the family asked for is no error (NODATA, RFC 2308
 * section 2.2); one that nobody has is NXDOMAIN.
 */
final class Answers {
    private static final int TIME_TO_LIVE_SECONDS = 3600;

    /** Of one character string in a TXT record (RFC 1035 section 3.3). */
    private static final int MAX_STRING = 255;

    private final DnsZone zone;

    Answers(DnsZone zone) {
        this.zone = zone;
    }

    /** Answers one question into the response. */
    void answer(DnsQuestion question, InetAddress asker, DnsResponse response) {
        response.addRecord(DnsSection.QUESTION, question);
        if (!DnsOpCode.QUERY.equals(response.opCode())) {
            return;
        }
        DnsRecordType type = question.type();
        String name = withoutLastDot(question.name());
        if (type.equals(DnsRecordType.A) || type.equals(DnsRecordType.AAAA)) {
            addresses(question, zone.find(name), response);
        } else if (type.equals(DnsRecordType.TXT)) {
            certificate(question, name, asker, response);
        } else {
            response.setCode(DnsResponseCode.NXDOMAIN);
        }
    }

    private static void addresses(DnsQuestion question, Optional<List<VpnAddress>> known, DnsResponse response) {
        if (known.isEmpty()) {
            response.setCode(DnsResponseCode.NXDOMAIN);
            return;
        }
        boolean v4 = question.type().equals(DnsRecordType.A);
        known.get().stream()
                .filter(address -> address.isV4() == v4)
                .findFirst()
                .ifPresent(address -> add(question, Unpooled.wrappedBuffer(address.toBytes()), response));
    }

    private void certificate(DnsQuestion question, String name, InetAddress asker, DnsResponse response) {
        if (!zone.isTrusted(asker)) {
            return;
        }
        Optional<String> certificate = address(name).flatMap(zone::certificate);
        if (certificate.isEmpty()) {
            response.setCode(DnsResponseCode.NXDOMAIN);
        } else {
            add(question, text(certificate.get()), response);
        }
    }

    private static Optional<VpnAddress> address(String name) {
        try {
            return Optional.of(VpnAddress.parse(name));
        } catch (MalformedException ignored) {
            return Optional.empty();
        }
    }

    private static void add(DnsQuestion question, ByteBuf content, DnsResponse response) {
        DnsRecord record = new DefaultDnsRawRecord(question.name(), question.type(), TIME_TO_LIVE_SECONDS, content);
        response.addRecord(DnsSection.ANSWER, record);
    }

    private static ByteBuf text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuf content = Unpooled.buffer(bytes.length + bytes.length / MAX_STRING + 1);
        for (int from = 0; from < bytes.length; from += MAX_STRING) {
            int length = Math.min(MAX_STRING, bytes.length - from);
            content.writeByte(length).writeBytes(bytes, from, length);
        }
        return content;
    }

    private static String withoutLastDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}

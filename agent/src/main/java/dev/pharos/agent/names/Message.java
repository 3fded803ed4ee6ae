package dev.pharos.agent.names;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRecordEncoder;
import io.netty.handler.codec.dns.DnsResponseCode;
import java.util.List;
import java.util.Optional;

/**
 * A question as its bytes and what they say (RFC 1035 section 4).
 *
 * @param wire the whole message
 * @param flags the second word of its header
 */
record Message(byte[] wire, int flags, DnsQuestion question) {
    /** Without an agreement on more (RFC 1035 section 2.3.4). */
    static final int MAX_UDP = 512;

    static final int MAX = 65_535;

    private static final int HEADER = 12;
    private static final int RESPONSE = 0x8000;
    private static final int OPCODE = 0x7800;
    private static final int AUTHORITATIVE = 0x0400;
    private static final int TRUNCATED = 0x0200;
    private static final int RECURSION_DESIRED = 0x0100;
    private static final int RECURSION_AVAILABLE = 0x0080;

    /** What is no ordinary question with one name is nothing. */
    static Optional<Message> parse(byte[] wire) {
        ByteBuf in = Unpooled.wrappedBuffer(wire);
        if (wire.length < HEADER || wire.length > MAX) {
            return Optional.empty();
        }
        int flags = in.getUnsignedShort(2);
        if ((flags & (RESPONSE | OPCODE)) != 0 || in.getUnsignedShort(4) != 1) {
            return Optional.empty();
        }
        try {
            DnsQuestion question = DnsRecordDecoder.DEFAULT.decodeQuestion(in.readerIndex(HEADER));
            return Optional.of(new Message(wire, flags, question));
        } catch (Exception e) {
            return notAQuestion(e);
        }
    }

    /** The decoder declares every exception; what bytes can cause are these. */
    private static Optional<Message> notAQuestion(Exception cause) {
        if (cause instanceof CorruptedFrameException
                || cause instanceof IndexOutOfBoundsException
                || cause instanceof IllegalArgumentException) {
            return Optional.empty();
        }
        throw new IllegalStateException(cause);
    }

    String name() {
        return DomainName.normal(question.name());
    }

    /**
     * What a zone says.
     *
     * @param authority why there are no answers, for whoever remembers that
     */
    record Reply(DnsResponseCode code, List<DnsRecord> answers, List<DnsRecord> authority) {}

    /**
     * The bytes of an answer.
     *
     * @param limit bytes; a longer one is cut to its question, and the asker comes back by TCP
     */
    byte[] answer(Reply reply, boolean recursion, int limit) {
        byte[] whole = encode(reply, recursion, 0);
        return whole.length <= limit
                ? whole
                : encode(new Reply(reply.code(), List.of(), List.of()), recursion, TRUNCATED);
    }

    /** Not ours to answer. */
    byte[] refusal(DnsResponseCode code) {
        ByteBuf out = begin(code, RESPONSE, 0, 0);
        return bytes(out);
    }

    private byte[] encode(Reply reply, boolean recursion, int truncated) {
        ByteBuf out = begin(
                reply.code(),
                RESPONSE | AUTHORITATIVE | truncated | (recursion ? RECURSION_AVAILABLE : 0),
                reply.answers().size(),
                reply.authority().size());
        try {
            for (DnsRecord record : reply.answers()) {
                DnsRecordEncoder.DEFAULT.encodeRecord(record, out);
            }
            for (DnsRecord record : reply.authority()) {
                DnsRecordEncoder.DEFAULT.encodeRecord(record, out);
            }
        } catch (Exception e) {
            throw new IllegalStateException("an answer that cannot be written", e);
        }
        return bytes(out);
    }

    private ByteBuf begin(DnsResponseCode code, int bits, int answers, int authority) {
        ByteBuf out = Unpooled.buffer(MAX_UDP);
        out.writeBytes(wire, 0, 2);
        out.writeShort(bits | (flags & RECURSION_DESIRED) | code.intValue());
        out.writeShort(1).writeShort(answers).writeShort(authority).writeShort(0);
        try {
            DnsRecordEncoder.DEFAULT.encodeQuestion(question, out);
        } catch (Exception e) {
            throw new IllegalStateException("a question that was read cannot be written", e);
        }
        return out;
    }

    private static byte[] bytes(ByteBuf out) {
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }
}

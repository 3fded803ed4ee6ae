package dev.pharos.agent.firewall;

/**
 * The way through the headers of an IPv6 packet to what it carries (RFC 8200, RFC 4302). Only what is known to be an
 * extension header is walked: to go on through any other would let its bytes pass for those of TCP. One object walks
 * again and again.
 */
public final class ExtensionHeaders {
    private static final int V6_HEADER = 40;
    private static final int NEXT_HEADER = 6;

    /** Nebula walks as many; a packet with more is refused rather than taken for what it is not. */
    private static final int MAX_WALKED = 8;

    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int AUTHENTICATION = 51;
    private static final int DESTINATION = 60;
    private static final int MIN_LENGTH = 8;
    private static final int FRAGMENT_OFFSET = 0xfff8;

    private int protocol;
    private int upper;
    private boolean laterFragment;

    /** False when the packet ends inside its headers or has too many; the rest means nothing then. */
    public boolean walk(byte[] buffer, int offset, int length) {
        if (length < V6_HEADER) {
            return false;
        }
        laterFragment = false;
        int next = buffer[offset + NEXT_HEADER] & 0xff;
        int at = V6_HEADER;
        for (int walked = 0; isExtension(next); walked++) {
            if (walked == MAX_WALKED || length < at + MIN_LENGTH) {
                return false;
            }
            int header = next;
            int units = buffer[offset + at + 1] & 0xff;
            next = buffer[offset + at] & 0xff;
            if (header == FRAGMENT && fragmentOffset(buffer, offset + at) != 0) {
                laterFragment = true;
                break;
            }
            at += switch (header) {
                case FRAGMENT -> MIN_LENGTH;
                case AUTHENTICATION -> (units + 2) << 2; // in words of 4 bytes, less 2
                default -> (units + 1) << 3;
            };
        }
        protocol = next;
        upper = at;
        return at <= length;
    }

    private static boolean isExtension(int next) {
        return switch (next) {
            case HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION -> true;
            default -> false;
        };
    }

    private static int fragmentOffset(byte[] buffer, int at) {
        return ((buffer[at + 2] & 0xff) << 8 | (buffer[at + 3] & 0xff)) & FRAGMENT_OFFSET;
    }

    /** Number of the protocol that the packet carries. */
    public int protocol() {
        return protocol;
    }

    /** Bytes from the start of the packet to the header of that protocol, which a later fragment does not have. */
    public int upper() {
        return upper;
    }

    /** Whether it is a fragment but the first. */
    public boolean isLaterFragment() {
        return laterFragment;
    }
}

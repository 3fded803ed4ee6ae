package dev.pharos.protocol.bundle;

/** The kinds of names beside those of hosts (RFC 1035, RFC 3596). */
public enum RecordType {
    A,
    AAAA,
    CNAME,
    TXT
}

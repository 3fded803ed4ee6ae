package dev.pharos.protocol.wire;

/**
 * How a message writes overlay addresses: {@code V1} as 32-bit integers, IPv4 only, which all versions of Nebula read;
 * {@code V2} as pairs of 64-bit integers, from Nebula 1.10. The version of the certificate on the tunnel decides.
 */
public enum AddressForm {
    V1,
    V2
}

package dev.pharos.protocol.bundle;

/**
 * What a host shows of the bundle it enforces when the control plane has forgotten that it signed it: the envelope proves
 * it, and the trust part says who is blocked.
 *
 * @param trust the bytes of the trust part that the manifest names
 */
public record ShownBundle(Envelope envelope, Binary trust) {}

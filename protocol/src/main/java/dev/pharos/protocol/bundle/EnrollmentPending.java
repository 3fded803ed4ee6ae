package dev.pharos.protocol.bundle;

/**
 * The answer 202 to an {@link EnrollmentRequest}: the host is known and waits for somebody to approve it. It may poll for its
 * bundle, signed as this host; once there is one, the same request is answered in full.
 */
public record EnrollmentPending(String host) {}

package dev.pharos.control.pki;

/**
 * Published within the transaction that makes a network's successor its signing authority.
 *
 * @param reissue when the hosts' certificates are signed anew
 */
public record AuthorityRotated(String networkId, Reissue reissue) {
    public enum Reissue {
        NOW,
        /** A third into their lives, as always. */
        BY_RENEWAL
    }
}

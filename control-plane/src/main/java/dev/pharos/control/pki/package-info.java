/** The authorities of a network and the certificates they issue. */
@NullMarked
package dev.pharos.control.pki;

import org.jspecify.annotations.NullMarked;

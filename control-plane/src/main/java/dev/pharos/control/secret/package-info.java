/** Secrets at rest: one root key seals every private key in the database. */
@NullMarked
package dev.pharos.control.secret;

import org.jspecify.annotations.NullMarked;

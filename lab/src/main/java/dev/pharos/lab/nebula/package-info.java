/** Stock nebula: keys and certificates by {@code nebula-cert}, configuration files, daemons. */
@NullMarked
package dev.pharos.lab.nebula;

import org.jspecify.annotations.NullMarked;

/** Names beside those of the hosts, which every agent answers. */
@NullMarked
package dev.pharos.control.dns;

import org.jspecify.annotations.NullMarked;

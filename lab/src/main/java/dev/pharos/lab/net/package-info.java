/** A small internet out of network namespaces: segments, routers that translate addresses, and hosts. */
@NullMarked
package dev.pharos.lab.net;

import org.jspecify.annotations.NullMarked;

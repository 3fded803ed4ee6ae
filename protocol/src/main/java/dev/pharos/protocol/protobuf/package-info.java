/** As much of the protocol buffers wire format as Nebula's messages and version 1 certificates need. */
@NullMarked
package dev.pharos.protocol.protobuf;

import org.jspecify.annotations.NullMarked;

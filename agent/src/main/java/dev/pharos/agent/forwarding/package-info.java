/** What a router of a subnet asks of its machine: forwarding, masquerade, and all of it back as it was. */
@NullMarked
package dev.pharos.agent.forwarding;

import org.jspecify.annotations.NullMarked;

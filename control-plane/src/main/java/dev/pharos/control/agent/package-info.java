/** The door of the agent API: every request is signed by the key of a host, or by the key that is being enrolled. */
@NullMarked
package dev.pharos.control.agent;

import org.jspecify.annotations.NullMarked;

/** What a running agent tells the commands {@code status}, {@code ping} and {@code leave}, over a local socket. */
@NullMarked
package dev.pharos.agent.status;

import org.jspecify.annotations.NullMarked;

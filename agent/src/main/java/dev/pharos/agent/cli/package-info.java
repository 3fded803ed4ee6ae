/** The commands. Each one only reads its arguments, calls the room that does the work, and prints. */
@NullMarked
package dev.pharos.agent.cli;

import org.jspecify.annotations.NullMarked;

/** The debug console: what nebula offers by ssh, over the local socket that only the agent's user can open. */
@NullMarked
package dev.pharos.agent.console;

import org.jspecify.annotations.NullMarked;

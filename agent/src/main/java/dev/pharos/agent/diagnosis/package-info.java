/** What a person sends along who asks for help: everything about this host but its secrets. */
@NullMarked
package dev.pharos.agent.diagnosis;

import org.jspecify.annotations.NullMarked;

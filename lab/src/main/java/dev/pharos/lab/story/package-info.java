/** The story of the fleet, told on real daemons: each step does something to it and looks what comes of it. */
@NullMarked
package dev.pharos.lab.story;

import org.jspecify.annotations.NullMarked;

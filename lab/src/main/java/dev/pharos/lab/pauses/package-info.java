/** How long two hosts have to do without each other when something between them fails, measured on real daemons. */
@NullMarked
package dev.pharos.lab.pauses;

import org.jspecify.annotations.NullMarked;

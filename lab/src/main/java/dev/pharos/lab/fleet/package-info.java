/** The five hosts of the demo, where each of them stands, and who may reach whom. */
@NullMarked
package dev.pharos.lab.fleet;

import org.jspecify.annotations.NullMarked;

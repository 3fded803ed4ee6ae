/** What the lab asks of the network: does it answer, how fast, and for how long not. */
@NullMarked
package dev.pharos.lab.probe;

import org.jspecify.annotations.NullMarked;

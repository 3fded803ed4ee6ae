/**
 * Pharos and its rivals side by side: the same two machines on one cable, one contender after the other, in rounds, so that
 * whatever else the machine does meets all of them.
 */
@NullMarked
package dev.pharos.lab.bench;

import org.jspecify.annotations.NullMarked;

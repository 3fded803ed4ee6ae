/**
 * Pharos and its rivals side by side: a tunnel of each stands at the same time, on a cable of its own, and they are measured in
 * turn, row by row. So whatever else the machine does meets all of them, and a ratio within a turn says what two figures taken
 * minutes apart cannot.
 */
@NullMarked
package dev.pharos.lab.bench;

import org.jspecify.annotations.NullMarked;

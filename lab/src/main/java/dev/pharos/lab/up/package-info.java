/** Pharos for real use on this machine: no namespaces, and what is made stays on disk. */
@NullMarked
package dev.pharos.lab.up;

import org.jspecify.annotations.NullMarked;

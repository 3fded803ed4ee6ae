/** Pharos itself as the lab sees it: built programs that are started, an API that is called, a status that is read. */
@NullMarked
package dev.pharos.lab.pharos;

import org.jspecify.annotations.NullMarked;

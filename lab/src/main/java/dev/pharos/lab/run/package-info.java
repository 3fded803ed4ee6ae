/** One run of the lab: its record on disk, its processes, and how all of it goes away again. */
@NullMarked
package dev.pharos.lab.run;

import org.jspecify.annotations.NullMarked;

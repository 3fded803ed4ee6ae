/** Enrolment tokens, and agents that join and leave. */
@NullMarked
package dev.pharos.control.enrollment;

import org.jspecify.annotations.NullMarked;

/** Who may ask: API tokens for programs, sessions for browsers, and the door to both. */
@NullMarked
package dev.pharos.control.access;

import org.jspecify.annotations.NullMarked;

/** Structured events on stderr. A level is a promise: WARNING means that a person should look. */
@NullMarked
package dev.pharos.agent.log;

import org.jspecify.annotations.NullMarked;

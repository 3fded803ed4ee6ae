/**
 * A managed host's half of the control protocol: its keys, enrolment, the bundle it enforces and the link over which
 * the next one comes ({@code docs/control-protocol.md}).
 */
@NullMarked
package dev.pharos.agent.control;

import org.jspecify.annotations.NullMarked;

/**
 * An ordinary Nebula configuration file, read into one record per area. Every scalar is read as the text it was written
 * as, so a fingerprint of digits or a port {@code 022} never turns into some other number on its way.
 */
@NullMarked
package dev.pharos.agent.config;

import org.jspecify.annotations.NullMarked;

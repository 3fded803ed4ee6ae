/** What agents report, kept apart from what people edit. */
@NullMarked
package dev.pharos.control.telemetry;

import org.jspecify.annotations.NullMarked;

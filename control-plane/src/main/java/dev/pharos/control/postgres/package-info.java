/** The embedded PostgreSQL, started by the control plane when no database is configured. */
@NullMarked
package dev.pharos.control.postgres;

import org.jspecify.annotations.NullMarked;

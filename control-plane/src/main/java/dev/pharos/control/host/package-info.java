/** The inventory: hosts, their addresses, groups and roles. Its reading side joins, in SQL, what delivery and
 * telemetry keep about each host. */
@NullMarked
package dev.pharos.control.host;

import org.jspecify.annotations.NullMarked;

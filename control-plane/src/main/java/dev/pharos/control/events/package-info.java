/** What happens in a network, told to dashboards while it happens. */
@NullMarked
package dev.pharos.control.events;

import org.jspecify.annotations.NullMarked;

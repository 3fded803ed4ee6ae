/** Policies, and the firewall rules that they mean for each host. */
@NullMarked
package dev.pharos.control.policy;

import org.jspecify.annotations.NullMarked;

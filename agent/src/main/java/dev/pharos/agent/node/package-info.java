/**
 * Puts the rooms together: settings, from a file or a bundle, become a mesh, a firewall and a data plane that run until
 * the process is told to end.
 */
@NullMarked
package dev.pharos.agent.node;

import org.jspecify.annotations.NullMarked;

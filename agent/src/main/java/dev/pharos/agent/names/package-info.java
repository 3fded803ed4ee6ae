/** The names of the network: answered by this host for itself and its peers, and put into its resolver. */
@NullMarked
package dev.pharos.agent.names;

import org.jspecify.annotations.NullMarked;

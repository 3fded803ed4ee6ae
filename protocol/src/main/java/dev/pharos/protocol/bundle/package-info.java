/**
 * What the control plane and an agent say to each other: enrolment token, signed bundles and their parts, the messages
 * of the agent API and the signatures on its requests (docs/control-protocol.md).
 */
@NullMarked
package dev.pharos.protocol.bundle;

import org.jspecify.annotations.NullMarked;

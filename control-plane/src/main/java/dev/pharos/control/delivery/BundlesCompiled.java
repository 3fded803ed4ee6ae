package dev.pharos.control.delivery;

import dev.pharos.protocol.bundle.Revision;
import java.time.Duration;

/**
 * Published once the bundles of a network's latest revision are stored.
 *
 * @param ownParts of how many hosts the own part was compiled
 * @param manifests how many were signed, as something in them was new
 */
record BundlesCompiled(String networkId, Revision revision, int ownParts, int manifests, Duration took) {}

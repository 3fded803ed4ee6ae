/** Metrics under nebula's names, for Prometheus to fetch or pushed to Graphite: {@code stats.*}. */
@NullMarked
package dev.pharos.agent.stats;

import org.jspecify.annotations.NullMarked;

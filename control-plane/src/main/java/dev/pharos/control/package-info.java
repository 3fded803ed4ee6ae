/** The control plane. Each package below is one feature; who may use whom is verified by {@code ModulesTests}. */
@NullMarked
package dev.pharos.control;

import org.jspecify.annotations.NullMarked;

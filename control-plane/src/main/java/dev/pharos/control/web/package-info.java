/** Serving the dashboard. */
@NullMarked
package dev.pharos.control.web;

import org.jspecify.annotations.NullMarked;

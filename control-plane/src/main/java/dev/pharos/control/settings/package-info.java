/** What the operator decides by environment variables, and the data directory. */
@NullMarked
package dev.pharos.control.settings;

import org.jspecify.annotations.NullMarked;

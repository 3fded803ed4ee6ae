/** Records as JSON: what is between the tokens of Jackson's core and our types (docs/adr/0010-records-as-json.md). */
@NullMarked
package dev.pharos.protocol.json;

import org.jspecify.annotations.NullMarked;

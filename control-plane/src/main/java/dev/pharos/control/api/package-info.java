/** What every resource of the REST API shares: ids, pages, problems, entity tags, idempotent creation. */
@NullMarked
package dev.pharos.control.api;

import org.jspecify.annotations.NullMarked;

/** Names of hosts for anybody who asks a lighthouse: {@code lighthouse.serve_dns}. */
@NullMarked
package dev.pharos.agent.dns;

import org.jspecify.annotations.NullMarked;

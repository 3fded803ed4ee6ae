/** {@code pharos-agent cert}: the modes, options, files and exit codes of {@code nebula-cert}, for the scripts that call it. */
@NullMarked
package dev.pharos.agent.cert;

import org.jspecify.annotations.NullMarked;

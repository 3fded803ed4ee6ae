/**
 * Everything that is Linux, reached by java.lang.foreign: the TUN device, UDP sockets with their offloads, addresses and
 * routes by netlink, the boot clock. Struct layouts and constants live in {@link dev.pharos.agent.linux.Abi} alone.
 */
@NullMarked
package dev.pharos.agent.linux;

import org.jspecify.annotations.NullMarked;

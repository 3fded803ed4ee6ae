/** The interop matrix: our agent in every role beside every version of stock nebula it promises to work with. */
@NullMarked
package dev.pharos.lab.interop;

import org.jspecify.annotations.NullMarked;

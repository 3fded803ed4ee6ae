/** The lab's command line; what it is made of lies in the packages below. */
@NullMarked
package dev.pharos.lab;

import org.jspecify.annotations.NullMarked;

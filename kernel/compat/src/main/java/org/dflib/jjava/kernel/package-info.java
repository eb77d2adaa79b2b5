/** The names that notebooks use, written for this kernel. */
@NullMarked
package org.dflib.jjava.kernel;

import org.jspecify.annotations.NullMarked;

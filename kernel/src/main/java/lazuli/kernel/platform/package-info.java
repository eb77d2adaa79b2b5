/** The classes of the JDK as javac reads them: which there are, from a list made beforehand. */
@NullMarked
package lazuli.kernel.platform;

import org.jspecify.annotations.NullMarked;

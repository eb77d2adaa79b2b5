/** The command line, the installer, the headless runner, and the assembled directory. */
@NullMarked
package lazuli.install;

import org.jspecify.annotations.NullMarked;

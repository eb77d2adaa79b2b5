/** The kernelspec: where Jupyter looks for it, how it is written, replaced and removed. */
@NullMarked
package lazuli.install.jupyter;

import org.jspecify.annotations.NullMarked;

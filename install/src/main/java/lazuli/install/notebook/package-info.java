/** Notebook files: read, written without loss, run through a kernel, shown as one HTML page. */
@NullMarked
package lazuli.install.notebook;

import org.jspecify.annotations.NullMarked;

/** One self-contained HTML page from a notebook and its outputs. Runs nothing. */
@NullMarked
package lazuli.install.html;

import org.jspecify.annotations.NullMarked;

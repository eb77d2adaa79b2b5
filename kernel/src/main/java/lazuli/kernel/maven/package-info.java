/** Artifacts from Maven repositories: what is asked, and who answers in a class loader apart. */
@NullMarked
package lazuli.kernel.maven;

import org.jspecify.annotations.NullMarked;

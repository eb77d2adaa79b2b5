/** Pictures drawn without a toolkit or installed fonts: a small canvas, PNG, heat maps. */
@NullMarked
package lazuli.magics.picture;

import org.jspecify.annotations.NullMarked;

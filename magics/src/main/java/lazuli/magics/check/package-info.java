/** Grades exercises: where a value differs from the expected one, by how much, and a hint. */
@NullMarked
package lazuli.magics.check;

import org.jspecify.annotations.NullMarked;

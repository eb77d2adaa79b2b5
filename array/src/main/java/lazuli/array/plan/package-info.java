/**
 * From a graph to steps: rewriting, fusing, choosing kernels, planning memory, and running the
 * plan.
 */
@NullMarked
package lazuli.array.plan;

import org.jspecify.annotations.NullMarked;

/**
 * Functions of graphs: gradients, and calls that are planned once. Works on nodes and knows no
 * backend. Each transform is one class; vectorised mapping, forward mode and checkpoints have their
 * place here.
 */
@NullMarked
package lazuli.array.transform;

import org.jspecify.annotations.NullMarked;

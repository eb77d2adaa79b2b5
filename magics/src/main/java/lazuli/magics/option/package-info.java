/** Arguments of magics: words, options, messages, help and completion, driven by picocli. */
@NullMarked
package lazuli.magics.option;

import org.jspecify.annotations.NullMarked;

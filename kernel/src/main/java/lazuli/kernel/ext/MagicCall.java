package lazuli.kernel.ext;

import org.jspecify.annotations.Nullable;

/**
 * One use of a magic.
 *
 * @param name the name that was typed, an alias perhaps
 * @param arguments the rest of the line, trimmed
 * @param body the cell below the first line for {@code %%name}; null for {@code %name}
 * @param cell the running cell
 */
public record MagicCall(String name, String arguments, @Nullable String body, RunningCell cell) {}

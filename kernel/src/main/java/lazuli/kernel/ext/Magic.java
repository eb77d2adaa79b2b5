package lazuli.kernel.ext;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A command such as {@code %timeit}; declared in one class, registered by {@link Host#magic}. */
public interface Magic {
  /** {@return the name without its percent sign} */
  String name();

  /** {@return other names for the same magic, without percent signs} */
  default List<String> aliases() {
    return List.of();
  }

  /** {@return one line for lists and for completion} */
  String summary();

  /** {@return the help page: usage, options, and an example that runs} */
  String help();

  /** {@return whether it may begin a line as {@code %name}} */
  default boolean onLine() {
    return true;
  }

  /** {@return whether it may begin a cell as {@code %%name}} */
  default boolean onCell() {
    return false;
  }

  /**
   * {@return completions at the end of the text, whole words}
   *
   * @param arguments the arguments up to the cursor
   */
  default List<String> complete(String arguments) {
    return List.of();
  }

  /**
   * {@return the value of the line or cell, which the kernel displays as any result; null for none}
   *
   * @param call the arguments and the running cell
   * @throws UsageException for wrong arguments: shown as one line without a stack
   * @throws Exception what evaluated user code throws: shown as the user's own error
   */
  @Nullable Object run(MagicCall call) throws Exception;
}

package lazuli.kernel.magic;

import java.util.function.Supplier;
import lazuli.kernel.cell.JavaSession;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.UsageException;
import org.jspecify.annotations.Nullable;

/** {@code %reset}: forgets what cells declared. */
record Reset(Supplier<JavaSession> java) implements Magic {
  @Override
  public String name() {
    return "reset";
  }

  @Override
  public String summary() {
    return "forget all variables, methods and types";
  }

  @Override
  public String help() {
    return """
        %reset

        Forgets every variable, method and type that cells declared. Imports, the class path and what
        was printed stay. Threads that cells started go on. (A -f, as IPython has, is accepted.)

        Example
          %reset""";
  }

  @Override
  public @Nullable Object run(MagicCall call) {
    if (!call.arguments().isEmpty() && !call.arguments().equals("-f")) {
      throw new UsageException(
          "%reset: takes no argument, \"" + call.arguments() + "\" was given; write %reset");
    }
    java.get().reset();
    return null;
  }
}

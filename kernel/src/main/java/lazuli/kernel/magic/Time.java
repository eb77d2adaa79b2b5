package lazuli.kernel.magic;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.UsageException;
import org.jspecify.annotations.Nullable;

/** {@code %time} and {@code %%time}: one run, timed. The form of the output is JJava's. */
record Time() implements Magic {
  @Override
  public String name() {
    return "time";
  }

  @Override
  public String summary() {
    return "time one run of a line or cell";
  }

  @Override
  public String help() {
    return """
        %time STATEMENT
        %%time

        Runs the line or the cell once and prints the CPU time of the cell's thread, in user code
        and in the system, and the wall time. The value is shown as usual. One run tells little of
        short code: %timeit repeats it.

        Example
          %time IntStream.range(0, 1_000_000).sum()""";
  }

  @Override
  public boolean onCell() {
    return true;
  }

  @Override
  public @Nullable Object run(MagicCall call) throws Exception {
    String code = call.body() == null ? call.arguments() : call.arguments() + "\n" + call.body();
    if (code.isBlank()) {
      throw new UsageException("%time: nothing to time; write %time STATEMENT, such as %time f(1)");
    }
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long cpu = threads.getCurrentThreadCpuTime();
    long user = threads.getCurrentThreadUserTime();
    long wall = System.nanoTime();
    try {
      return call.cell().evaluate(code);
    } finally {
      wall = System.nanoTime() - wall;
      cpu = threads.getCurrentThreadCpuTime() - cpu;
      user = Math.min(cpu, threads.getCurrentThreadUserTime() - user);
      call.cell()
          .display(
              MimeBundle.text(
                  "CPU times: user %s, sys %s, total %s"
                      .formatted(text(user), text(cpu - user), text(cpu))));
      call.cell().display(MimeBundle.text("Wall time: " + text(wall)));
    }
  }

  private static String text(long nanos) {
    if (nanos < 1_000) {
      return nanos + " ns";
    }
    if (nanos < 1_000_000) {
      return String.format(Locale.ROOT, "%.3g us", nanos / 1e3);
    }
    if (nanos < 1_000_000_000) {
      return String.format(Locale.ROOT, "%.3g ms", nanos / 1e6);
    }
    return String.format(Locale.ROOT, "%.2f s", nanos / 1e9);
  }
}

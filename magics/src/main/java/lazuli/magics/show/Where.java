package lazuli.magics.show;

import lazuli.array.cpu.Workers;
import lazuli.magics.report.Environment;

/** Where something was shown. */
final class Where {
  private Where() {}

  static Environment here() {
    return Environment.here("cpu", Workers.threads(), 0, "");
  }
}

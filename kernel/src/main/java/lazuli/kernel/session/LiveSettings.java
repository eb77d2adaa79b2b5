package lazuli.kernel.session;

import java.util.ArrayList;
import java.util.List;
import lazuli.kernel.config.JvmOptions;
import lazuli.kernel.config.Setting;

/** What {@code %config} shows and changes in this kernel. */
final class LiveSettings {
  private LiveSettings() {}

  static List<Setting> of(JavaStart start, Outbox outbox) {
    List<Setting> all = new ArrayList<>();
    all.add(
        Setting.either(
            "stop-checks",
            "on",
            "off",
            "whether loops of cells that are compiled from now on can be interrupted",
            () -> start.earlyJava().stopChecks(),
            on -> start.earlyJava().stopChecks(on)));
    all.add(
        Setting.either(
            "interrupt",
            "threads",
            "cell",
            "whether an interrupt ends the threads that the cell started, too",
            () -> start.earlyJava().stopsThreadsToo(),
            threads -> start.earlyJava().stopThreadsToo(threads)));
    all.add(
        Setting.size(
            "output",
            "how much text of one cell is shown",
            () -> outbox.mostText(),
            bytes -> outbox.mostText(bytes)));
    all.addAll(JvmOptions.ofThisJvm().settings());
    return all;
  }
}

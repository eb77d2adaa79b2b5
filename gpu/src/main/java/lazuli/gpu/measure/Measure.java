package lazuli.gpu.measure;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import lazuli.array.backend.BackendProvider;
import lazuli.array.backend.BackendProvider.Availability;
import lazuli.array.profile.Peaks;

/**
 * Checks one GPU against float64, measures it beside PyTorch, and writes one dated table. Every
 * line stands alone: what fails is written as failed, and the rest goes on until the time is up.
 *
 * <p>Arguments: {@code [--device cuda|sim] [--out FILE] [--seconds N] [--only REGEX] [--peer
 * COMMAND...]}.
 */
public final class Measure {
  private static final long SECONDS = 420;

  private String device = "cuda";
  private Path out = Path.of("gpu-" + LocalDate.now() + ".md");
  private long seconds = SECONDS;
  private Pattern only = Pattern.compile("");
  private final List<String> peer = new ArrayList<>();

  private Measure(String... arguments) {
    for (int i = 0; i < arguments.length; i++) {
      String option = arguments[i];
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException(option + " needs a value");
      }
      switch (option) {
        case "--device" -> device = arguments[++i];
        case "--out" -> out = Path.of(arguments[++i]);
        case "--seconds" -> seconds = Long.parseLong(arguments[++i]);
        case "--only" -> only = Pattern.compile(arguments[++i]);
        case "--peer" -> {
          while (i + 1 < arguments.length) {
            peer.add(arguments[++i]);
          }
        }
        default ->
            throw new IllegalArgumentException(
                "unknown option " + option + "; one of --device, --out, --seconds, --only, --peer");
      }
    }
  }

  /**
   * Runs; ends with 0 when every check passed, 1 when one failed, 2 when there is no such device.
   *
   * @param arguments as above
   * @throws IOException if the table cannot be written
   */
  public static void main(String... arguments) throws IOException {
    System.exit(run(arguments));
  }

  /** {@return the exit status of a run} */
  static int run(String... arguments) throws IOException {
    return new Measure(arguments).run();
  }

  private int run() throws IOException {
    Table table = new Table(out, seconds, only);
    table.say("# " + device + ", " + LocalDate.now());
    table.say("");
    Availability found = found();
    if (!(found instanceof Availability.Available(var backend))) {
      table.say(
          found instanceof Availability.Unavailable(String reason, String fix)
              ? "Not measured: " + reason + ". To do: " + fix + "."
              : "Not measured: there is no backend of that name.");
      return 2;
    }
    table.say(backend.about() + ". Java " + Runtime.version() + ".");
    told(table, "Before", backend.state());
    new Checks(table, device).all();
    boolean tiny = device.equals("sim");
    try (Peer torch = new Peer(peer)) {
      table.say("");
      table.say("Peer: " + torch.state + ".");
      if (tiny) {
        table.say("Sizes are small and times are not taken: the simulator's mean nothing.");
      }
      Peaks peaks = backend.peaks();
      table.say(peaks == null ? "No limits were measured." : "Limits, measured: " + text(peaks));
      new Cases(table, device, torch, tiny).all();
      new Calls(table, device, torch, tiny).all();
    }
    told(table, "After", backend.state());
    table.say("");
    table.say(
        (table.failed() == 0 ? "Nothing failed" : table.failed() + " lines failed")
            + (table.left() == 0 ? "." : "; " + table.left() + " were left out: no time."));
    return table.failed() == 0 ? 0 : 1;
  }

  private static void told(Table table, String when, String state) {
    if (!state.isEmpty()) {
      table.say(when + ": " + state + ".");
    }
  }

  static String text(Peaks peaks) {
    return String.format(
        Locale.ROOT,
        "f32 %.1f, f64 %.1f, bf16 %.1f TFLOP/s in registers; copies %.0f GB/s, in the cache %.0f;"
            + " a launch %.2f us.",
        peaks.f32() / 1e12,
        peaks.f64() / 1e12,
        peaks.half() / 1e12,
        peaks.bandwidth() / 1e9,
        peaks.cache() / 1e9,
        peaks.launchNanos() / 1e3);
  }

  private Availability found() {
    for (BackendProvider provider : ServiceLoader.load(BackendProvider.class)) {
      if (provider.kind().equals(device)) {
        return provider.probe();
      }
    }
    return new Availability.Unavailable("no backend \"" + device + "\"", "use cuda or sim");
  }
}

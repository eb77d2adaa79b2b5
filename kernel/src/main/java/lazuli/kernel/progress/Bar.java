package lazuli.kernel.progress;

import java.util.Locale;
import lazuli.kernel.ext.Progress;
import org.jspecify.annotations.Nullable;

/** One bar. Its board's lock guards its state. */
final class Bar implements Progress {
  private static final int WIDTH = 30;

  private final Board board;
  final Thread thread = Thread.currentThread();
  private final String name;
  private final long total;
  final boolean always;
  final long start = System.nanoTime();
  private long end;
  private long done;
  private String note = "";
  @Nullable Object partial;
  private @Nullable String outcome;

  Bar(Board board, String name, long total, boolean always) {
    this.board = board;
    this.name = name.isEmpty() ? "progress" : name;
    this.total = total;
    this.always = always;
  }

  @Override
  public void step(long more) {
    synchronized (board) {
      done += more;
      board.changed(this);
    }
  }

  @Override
  public void note(String text) {
    synchronized (board) {
      note = text.strip();
      board.changed(this);
    }
  }

  @Override
  public void partial(Object value) {
    synchronized (board) {
      partial = value;
      board.changed(this);
    }
  }

  @Override
  public void close() {
    close(total < 0 || done >= total ? "" : "stopped");
  }

  @Override
  public void close(String text) {
    synchronized (board) {
      if (outcome == null) {
        partial = null;
        end(text);
        board.closed(this);
      }
    }
  }

  /** Ends it without telling the board. */
  void end(String text) {
    outcome = text;
    end = System.nanoTime();
  }

  boolean open() {
    return outcome == null;
  }

  /** {@return the bar in one line} */
  String line(long now) {
    return name + "  " + (total > 0 ? graph() + " " : "") + figures(now);
  }

  private String graph() {
    int full = (int) (WIDTH * Math.clamp(fraction(), 0, 1));
    return "%3d%% [%s%s]"
        .formatted(
            (int) (100 * Math.clamp(fraction(), 0, 1)), "#".repeat(full), "-".repeat(WIDTH - full));
  }

  /** {@return the part that is done; not a number when nobody knows} */
  double fraction() {
    return total > 0 ? (double) done / total : Double.NaN;
  }

  String name() {
    return name;
  }

  /** {@return counts and times} */
  String figures(long now) {
    var text = new StringBuilder();
    text.append(total >= 0 ? done + "/" + total : done == 0 ? "" : Long.toString(done));
    if (outcome != null) {
      text.append(outcome.isEmpty() ? "" : ", " + outcome);
      text.append(" in ").append(time(end - start));
    } else {
      text.append(text.isEmpty() ? "" : "  ").append(time(now - start));
      if (total > 0 && done > 0 && done < total) {
        double left = (double) (now - start) / done * (total - done);
        text.append(", ").append(time((long) left)).append(" left");
      }
    }
    if (!note.isEmpty() && outcome == null) {
      text.append("  ").append(note);
    }
    String whole = text.toString();
    return whole.startsWith(", ") ? whole.substring(2) : whole.stripLeading();
  }

  static String time(long nanos) {
    double seconds = nanos / 1e9;
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? "%d:%02d min".formatted(whole / 60, whole % 60)
        : "%d:%02d h".formatted(whole / 3600, whole / 60 % 60);
  }
}

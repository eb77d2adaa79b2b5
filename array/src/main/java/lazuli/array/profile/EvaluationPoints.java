package lazuli.array.profile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where values were computed although no line asked for it: {@code item()} in a loop, a printed
 * array, a copy to a Java array. Each such point stops the graph from growing, so they are counted
 * with the place that caused them. Only points that computed something count.
 *
 * <p>{@link UserCode} says where that is: the cell, and while a {@link Trace} is bound the line too
 * (a walk of the stack, some microseconds). Mutable, process-wide, one lock.
 */
public final class EvaluationPoints {
  /** What asked for the values. */
  public enum Cause {
    /** A number read from an array. */
    ITEM("item"),
    /** A copy to a Java array. */
    COPY("copy to a Java array"),
    /** Text or a picture of the values. */
    DISPLAY("display"),
    /** Writing a file. */
    SAVE("save");

    private final String label;

    Cause(String label) {
      this.label = label;
    }

    /** {@return the words that reports print} */
    public String label() {
      return label;
    }
  }

  /**
   * One place.
   *
   * @param cause what asked
   * @param place where, such as {@code In[7]} or {@code In[7] line 3}; empty when nobody said
   * @param count how often it computed something
   */
  public record Point(Cause cause, String place, long count) {}

  private record Key(Cause cause, String place) {}

  private static final int MOST = 1000;
  private static final Map<Key, Long> COUNTS = new LinkedHashMap<>();

  private EvaluationPoints() {}

  /**
   * Counts one point.
   *
   * @param cause what asked for values that were not there
   */
  public static void add(Cause cause) {
    Key key = new Key(cause, Trace.current() == null ? UserCode.cell() : UserCode.line());
    synchronized (COUNTS) {
      if (COUNTS.size() < MOST || COUNTS.containsKey(key)) {
        COUNTS.merge(key, 1L, Long::sum);
      }
    }
  }

  /** {@return the places so far, in order of their first point} */
  public static List<Point> points() {
    List<Point> points = new ArrayList<>();
    synchronized (COUNTS) {
      COUNTS.forEach((key, count) -> points.add(new Point(key.cause(), key.place(), count)));
    }
    return points;
  }

  /** Forgets the places. */
  public static void clear() {
    synchronized (COUNTS) {
      COUNTS.clear();
    }
  }
}

package lazuli.gpu.exec;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What a stream was given and is not known to have done. A device tells of an error in a kernel
 * only when it is asked for something later: then this is what may have failed. Mutable; guarded by
 * its own lock.
 */
final class UnderWay {
  private static final int MOST = 8;

  private final Deque<String> names = new ArrayDeque<>();
  private long given;
  private long done;

  /** Notes one more; an empty name only moves the point. */
  synchronized void add(String name) {
    given++;
    if (!name.isEmpty()) {
      names.addLast(name);
      if (names.size() > 4 * MOST) {
        names.removeFirst();
      }
    }
  }

  /** {@return the point behind everything that was given} */
  synchronized long now() {
    return given;
  }

  /** {@return whether a point is known to be passed} */
  synchronized boolean over(long point) {
    return point <= done;
  }

  /** Notes that a point was passed. */
  synchronized void passed(long point) {
    if (point > done) {
      done = point;
      if (done == given) {
        names.clear();
      }
    }
  }

  /** {@return what may have failed when an operation heard of an error, the last one first} */
  synchronized String text(String heard) {
    List<String> others = new ArrayList<>();
    for (String name : names.reversed()) {
      if (others.size() < MOST && !others.contains(name)) {
        others.add(name);
      }
    }
    if (others.isEmpty() || others.size() == 1 && others.getFirst().equals(heard)) {
      return "";
    }
    return "; an error of a kernel is told late: it is of one of " + String.join(", ", others);
  }
}

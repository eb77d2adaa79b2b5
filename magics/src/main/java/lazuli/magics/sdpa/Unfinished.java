package lazuli.magics.sdpa;

import lazuli.kernel.ext.UsageException;
import org.jspecify.annotations.Nullable;

/** The last sweep or search of a session, for {@code --resume}. Mutable; used by one thread. */
final class Unfinished {
  private @Nullable Sweep last;

  /** Remembers a sweep. */
  void keep(Sweep sweep) {
    last = sweep;
  }

  /** {@return the one to go on with} */
  Sweep get() {
    Sweep before = last;
    if (before == null || before.finished()) {
      throw new UsageException(
          before == null
              ? "--resume: no sweep was interrupted in this session"
              : "--resume: the last sweep is finished: " + before.state());
    }
    return before;
  }
}

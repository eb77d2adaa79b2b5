package lazuli.kernel.progress;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import lazuli.kernel.ext.Progress;
import org.jspecify.annotations.Nullable;

/**
 * A loop that shows how far it is: each item counts when the loop comes back for the next.
 *
 * @param items what to loop over
 * @param open opens the bar of one run of the loop
 * @param <T> the items' type
 */
public record Loop<T>(Iterable<T> items, Supplier<Progress> open) implements Iterable<T> {
  @Override
  public Iterator<T> iterator() {
    Iterator<T> all = items.iterator();
    return new Iterator<>() {
      private @Nullable Progress bar;
      private boolean inBody;

      @Override
      public boolean hasNext() {
        if (bar == null) {
          bar = open.get();
        }
        if (inBody) {
          inBody = false;
          bar.step();
        }
        boolean more = all.hasNext();
        if (!more) {
          bar.close();
        }
        return more;
      }

      @Override
      public T next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        inBody = true;
        return all.next();
      }
    };
  }
}

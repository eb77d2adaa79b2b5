package lazuli.array;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import lazuli.array.plan.Storage;

/**
 * An explicit lifetime: the memory of everything that is evaluated in it goes back to the pool when
 * it ends, without waiting for the garbage collector.
 */
public final class Scope {
  private final List<Storage> made;

  private Scope(List<Storage> made) {
    this.made = made;
  }

  /**
   * {@return what the body returns} Arrays that were evaluated inside it cannot be used afterwards,
   * except those given to {@link #keep}.
   *
   * @param body the work; it gets this scope
   * @param <T> its result
   */
  public static <T> T run(Function<Scope, T> body) {
    List<Storage> made = new ArrayList<>();
    Scope scope = new Scope(made);
    return Engine.EVALUATOR.scoped(made, () -> body.apply(scope));
  }

  /**
   * {@return the array, evaluated, which outlives the scope}
   *
   * @param array the array
   */
  public Array keep(Array array) {
    Storage kept = Engine.EVALUATOR.stored(array.node()).storage();
    made.removeIf(storage -> storage == kept);
    return array;
  }

  /**
   * Evaluates arrays, which outlive the scope.
   *
   * @param arrays the arrays
   */
  public void keep(Array... arrays) {
    Arrays.asList(arrays).forEach(this::keep);
  }
}

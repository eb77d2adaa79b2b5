package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;

/** Everything that {@code %sdpa} can do. */
final class Actions {
  private Actions() {}

  /** {@return one of each, for one session} */
  static List<Action> all() {
    Unfinished unfinished = new Unfinished();
    return List.of(
        Timed.bench(),
        Timed.compare(),
        Gridded.sweep(unfinished),
        new Explaining(),
        new Checking(),
        Gridded.search(unfinished),
        new Tune(),
        new CaseStudy());
  }

  /** {@return their words, in the order of the help} */
  static List<String> names() {
    return all().stream().map(Action::name).toList();
  }

  /** The words that completion offers. */
  static final class Names extends ArrayList<String> {
    Names() {
      super(names());
    }
  }
}

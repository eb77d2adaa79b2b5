package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.option.Nearest;

/** Which row others are compared with. */
final class Baseline {
  private Baseline() {}

  /** {@return the variants with the named one first} */
  static List<Variant> first(List<Variant> variants, String name) {
    List<String> names = variants.stream().map(Variant::name).toList();
    int at = names.indexOf(name);
    if (at < 0) {
      throw new UsageException(
          "--baseline: no row is named '"
              + name
              + "'; rows are: "
              + String.join(", ", names)
              + Nearest.hint(name, names));
    }
    List<Variant> ordered = new ArrayList<>(variants);
    ordered.addFirst(ordered.remove(at));
    return ordered;
  }
}

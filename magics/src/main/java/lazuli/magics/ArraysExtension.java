package lazuli.magics;

import java.util.List;
import java.util.function.Supplier;
import lazuli.array.Array;
import lazuli.array.KvCache;
import lazuli.array.Lazuli;
import lazuli.array.attention.Attention;
import lazuli.array.attention.BlockMask;
import lazuli.array.attention.TileTrace;
import lazuli.array.profile.Explanation;
import lazuli.array.profile.UserCode;
import lazuli.kernel.ext.Extension;
import lazuli.kernel.ext.Host;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.Whereabouts;
import lazuli.magics.measure.Limits;
import lazuli.magics.measure.Machine;
import lazuli.magics.profile.Profile;
import lazuli.magics.sdpa.Sdpa;
import lazuli.magics.show.Show;
import lazuli.magics.stats.Sampler;

/** Joins the arrays to the kernel: magics, imports, how arrays look, what is warmed. */
public final class ArraysExtension implements Extension {
  private static final List<String> IMPORTS =
      List.of(
          "import lazuli.array.*;",
          "import lazuli.array.type.*;",
          "import lazuli.array.attention.*;",
          "import lazuli.array.profile.*;",
          "import static lazuli.array.Lazuli.*;",
          "import lazuli.magics.show.Show;",
          "import static lazuli.magics.picture.Pictures.*;",
          "import static lazuli.magics.table.Tables.*;",
          "import static lazuli.magics.check.Check.check;",
          "import static lazuli.magics.Experiment.experiment;");

  /** Made by the service loader. */
  public ArraysExtension() {}

  /** {@return every magic of this module: a new one is a class and a line here} */
  static List<Magic> magics() {
    Supplier<Limits> limits = Machine::limits;
    return List.of(
        new Timeit(Sampler::system),
        new Profile(limits, System::nanoTime),
        new Sdpa(limits, Sampler::system),
        new DeviceMagic(Lazuli::backends, Machine.peaks()));
  }

  /** The arrays' words for where code stands, in the kernel's. */
  private record CellNames(Whereabouts where) implements UserCode.Names {
    @Override
    public String cell() {
      return where.cell();
    }

    @Override
    public String line(StackTraceElement frame) {
      return where.line(frame);
    }
  }

  @Override
  public List<String> modules() {
    return List.of("jdk.incubator.vector");
  }

  @Override
  public void install(Host host) {
    magics().forEach(host::magic);
    IMPORTS.forEach(host::imports);
    // Array.toString evaluates small arrays and never throws.
    host.renderer(Array.class, array -> MimeBundle.text(array.toString()));
    host.renderer(Explanation.class, explanation -> MimeBundle.text(explanation.text()));
    host.renderer(BlockMask.class, mask -> Show.mask(mask).bundle());
    host.renderer(TileTrace.class, trace -> Show.steps(trace).bundle());
    host.renderer(KvCache.class, cache -> Show.cache(cache).bundle());
    host.holdWeakly(Array.class);
    UserCode.namedBy(new CellNames(host.whereabouts()));
    host.warm(ArraysExtension::warm);
  }

  /** Loads and compiles what a first cell meets: random numbers, a product, attention, printing. */
  private static void warm() {
    Array q = Lazuli.normal(Lazuli.key(0), 1, 2, 16, 16);
    Array out = new Array(Attention.of(q.node(), q.node(), q.node()));
    out.matmul(q.t()).softmax(-1).sum().eval();
    String text = out.get("0, 0, 0:1, 0:4").toString();
    if (text.isEmpty()) {
      throw new IllegalStateException("an array has no text");
    }
  }
}

package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import lazuli.array.Lazuli;
import lazuli.array.cpu.Workers;
import lazuli.array.type.ArrayException;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.Progress;
import lazuli.kernel.ext.RunningCell;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.measure.Limits;
import lazuli.magics.measure.Race;
import lazuli.magics.option.Nearest;
import lazuli.magics.option.Numbers;
import lazuli.magics.option.OptionMagic;
import lazuli.magics.option.Output;
import lazuli.magics.peer.PeerException;
import lazuli.magics.peer.TorchPeer;
import lazuli.magics.report.Report;
import lazuli.magics.stats.Budget;
import lazuli.magics.stats.Sampler;
import lazuli.magics.stats.Subject;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code %sdpa}: attention timed, compared and explained. */
public final class Sdpa extends OptionMagic<Sdpa.Options> {
  private static final List<String> ACTIONS = List.of("bench", "compare", "explain");
  private static final String DEFAULT_SHAPE = "1,8,1024,64";

  /** The words that completion offers. */
  static final class Actions extends ArrayList<String> {
    Actions() {
      super(ACTIONS);
    }
  }

  /** The options of one use. */
  static final class Options {
    @Parameters(
        arity = "0..*",
        paramLabel = "WORD",
        completionCandidates = Actions.class,
        description = "what to do (bench), and the session's arrays to do it with")
    List<String> words = new ArrayList<>();

    @Option(
        names = {"-s", "--shape"},
        paramLabel = "SHAPE",
        description = {
          "random operands of this shape: B,H,S,D or B,H,Sq:Sk,D",
          "or names: b=1,h=32,hkv=8,tq=1,tk=4096,d=128 (" + DEFAULT_SHAPE + ")"
        })
    @Nullable String shape;

    @Option(names = "--kv-heads", paramLabel = "N", description = "key/value heads of --shape")
    @Nullable Long keyHeads;

    @Option(
        names = {"-d", "--dtype"},
        paramLabel = "DTYPE",
        description = {
          "f64 f32 f16 bf16, a list for compare,",
          "or by operand: q=bf16,k=bf16,v=f32,mask=f32"
        })
    @Nullable String dtype;

    @Option(
        names = {"-m", "--mask"},
        paramLabel = "MASK",
        description = "none, causal or @ARRAY; a list for compare (none)")
    @Nullable String mask;

    @Option(
        names = {"-b", "--backend"},
        paramLabel = "KERNEL",
        description = "auto naive flash split reference; a list for compare (auto)")
    @Nullable String backend;

    @Option(
        names = "--device",
        paramLabel = "DEVICE",
        description = "cpu, cuda, or sim: the simulated GPU, whose times mean nothing (cpu)")
    @Nullable String device;

    @Option(names = "--time", paramLabel = "SEC", description = "sampling time of each row (0.5)")
    double time = 0.5;

    @Option(
        names = "--warmup",
        paramLabel = "auto|N",
        description = "calls to discard first (auto: until times settle)")
    String warmup = "auto";

    @Option(
        names = "--error",
        description = "errors against the float64 reference, and their ratio to naive's")
    boolean error;

    @Option(names = "--peer", paramLabel = "torch", description = "run PyTorch in turns with ours")
    @Nullable String peer;

    @Option(names = "--python", paramLabel = "PATH", description = "the Python that has the peer")
    @Nullable String python;

    @Option(names = "--seed", paramLabel = "N", description = "of operands and intervals (0)")
    long seed;

    @Mixin Output output = new Output();
  }

  private final Supplier<Limits> limits;
  private final Function<BooleanSupplier, Sampler> samplers;

  /**
   * Makes the magic.
   *
   * @param limits of the machine; asked for at first use
   * @param samplers takes the times
   */
  public Sdpa(Supplier<Limits> limits, Function<BooleanSupplier, Sampler> samplers) {
    super(
        "sdpa",
        "Time, compare and explain scaled dot-product attention.",
        Options::new,
        Operands.WORDS,
        "%sdpa compare -s 1,8,256,64 -b naive,flash -m causal --error");
    this.limits = limits;
    this.samplers = samplers;
  }

  @Override
  protected Output output(Options parsed) {
    return parsed.output;
  }

  @Override
  protected String synopsis() {
    return "[bench|compare|explain] [Q K V [MASK]]";
  }

  @Override
  protected Object run(Options options, String java, MagicCall call) throws Exception {
    String device = options.device;
    if (device == null) {
      return measure(options, call);
    }
    if (options.peer != null && !device.equals("cpu")) {
      throw new UsageException(
          "--peer runs PyTorch on the CPU; leave out --peer or --device " + device);
    }
    try {
      Lazuli.on(device, () -> device);
    } catch (ArrayException absent) {
      throw new UsageException("--device: " + Variant.oneLine(absent));
    }
    Report report = (Report) Lazuli.on(device, () -> measure(options, call));
    return device.equals("sim")
        ? report.withNote("sim is a simulated GPU: results are a GPU's, times are the simulator's")
        : report;
  }

  private Object measure(Options options, MagicCall call) throws Exception {
    RunningCell cell = call.cell();
    List<String> words = new ArrayList<>(options.words);
    boolean named = !words.isEmpty() && ACTIONS.contains(words.getFirst());
    String action = named ? words.removeFirst() : "bench";
    Budget budget =
        Budget.ofSeconds(Numbers.positive("--time", options.time))
            .withWarmup(Numbers.warmup(options.warmup));
    if (options.peer != null && !options.peer.equals("torch")) {
      throw new UsageException("unknown peer '" + options.peer + "'; one of torch");
    }
    List<Variant> variants = variants(options, action, words, cell.variables());
    Variant first = variants.getFirst();
    if (!action.equals("compare") && !first.refusal().isEmpty()) {
      throw new UsageException(first.refusal());
    }
    // The limits were measured on the processor: they say nothing of another device.
    boolean here = options.device == null || options.device.equals("cpu");
    Limits known = here ? limits.get() : new Limits(null);
    if (action.equals("explain")) {
      return Explain.of(first, known, options.seed);
    }
    return race(options, variants, budget, known, cell);
  }

  private Report race(
      Options options, List<Variant> variants, Budget budget, Limits known, RunningCell cell)
      throws Exception {
    List<String> notes = new ArrayList<>();
    String kind = options.device;
    String device = kind == null ? "cpu" : kind;
    try (Peers peers = new Peers(options.peer == null ? null : start(options.python))) {
      Sampler sampler = samplers.apply(cell::interrupted);
      List<Race.Entry> entries = new ArrayList<>();
      for (Variant variant : variants) {
        entries.add(entry(variant, sampler));
      }
      entries.addAll(peers.entries(variants));
      String title = Explain.title(variants);
      Race race = new Race(title, entries, budget, known, options.seed, device);
      Report report;
      try (Progress progress = cell.progress("%sdpa", -1)) {
        report = race.run(sampler, progress::partial);
        int samples = report.rows().stream().mapToInt(row -> row.samples().length).sum();
        progress.close(samples + " samples taken");
      }
      for (Variant variant : variants) {
        List<String> casts = variant.casts();
        if (!casts.isEmpty()) {
          notes.add(variant.name() + ": casts " + String.join(", ", casts));
        }
      }
      if (!cell.interrupted()) {
        notes.addAll(peers.notes());
      }
      if (options.error && !cell.interrupted()) {
        notes.addAll(Accuracy.lines(variants));
      }
      for (String note : notes) {
        report = report.withNote(note);
      }
      return report.withNote("operands are hot and evaluated before; every result is evaluated");
    }
  }

  private static TorchPeer start(@Nullable String python) {
    try {
      return TorchPeer.start(python, Workers.threads());
    } catch (PeerException missing) {
      throw new UsageException(String.valueOf(missing.getMessage()));
    }
  }

  private static Race.Entry entry(Variant variant, Sampler sampler) {
    if (!variant.refusal().isEmpty()) {
      return Race.Entry.refused(variant.name(), variant.refusal());
    }
    Subject subject = Subject.of(variant.name(), () -> variant.build().eval(), sampler.clock());
    return Race.Entry.of(
        variant.dispatch().kernel(), subject, variant.dispatch().work(), variant.dtype());
  }

  private static List<Variant> variants(
      Options options, String action, List<String> names, Map<String, ?> variables) {
    List<Types> types = options.dtype == null ? List.of(Types.GIVEN) : Types.parse(options.dtype);
    List<String> masks = List.of((options.mask == null ? "none" : options.mask).split(",", -1));
    List<String> kernels =
        List.of((options.backend == null ? "auto" : options.backend).split(",", -1));
    if (!action.equals("compare") && types.size() * masks.size() * kernels.size() > 1) {
      throw new UsageException(
          "%sdpa " + action + " takes one dtype, mask and backend; %sdpa compare takes lists");
    }
    if (!names.isEmpty() && options.shape != null) {
      throw new UsageException(
          "give arrays or --shape, not both; got "
              + String.join(" ", names)
              + " and --shape "
              + options.shape);
    }
    if (names.size() == 1 && !variables.containsKey(names.getFirst())) {
      String word = names.getFirst();
      throw new UsageException(
          "unknown word '"
              + word
              + "'; one of "
              + String.join(" ", ACTIONS)
              + ", or Q K V [MASK]"
              + Nearest.hint(word, ACTIONS));
    }
    Setting base = names.isEmpty() ? random(options) : Setting.named(names, variables);
    List<Variant> variants = new ArrayList<>();
    for (Types type : types) {
      for (String mask : masks) {
        Setting setting = masked(base, mask, options.mask != null, variables).as(type).evaluated();
        for (String kernel : kernels) {
          String name = name(type, types, mask, masks, kernel, kernels);
          variants.add(Variant.of(name, checked(setting), kernel.equals("auto") ? "" : kernel));
        }
      }
    }
    return variants;
  }

  /** Shapes that do not fit are the user's error, not a refusal of one kernel. */
  private static Setting checked(Setting setting) {
    try {
      setting.attend("");
      return setting;
    } catch (ArrayException wrong) {
      throw new UsageException(Variant.oneLine(wrong));
    }
  }

  private static Setting random(Options options) {
    Dims dims = Dims.parse(options.shape == null ? DEFAULT_SHAPE : options.shape);
    dims = options.keyHeads == null ? dims : dims.withKeyHeads(options.keyHeads);
    return Setting.random(dims, options.seed);
  }

  private static Setting masked(
      Setting base, String mask, boolean given, Map<String, ?> variables) {
    if (mask.startsWith("@") && mask.length() > 1) {
      return base.with(Setting.array(mask.substring(1), variables), false);
    }
    return switch (mask) {
      case "none" -> given ? base.with(null, false) : base;
      case "causal" -> base.with(base.mask(), true);
      default ->
          throw new UsageException(
              "unknown mask '"
                  + mask
                  + "'; one of none, causal, @ARRAY"
                  + Nearest.hint(mask, List.of("none", "causal")));
    };
  }

  private static String name(
      Types type,
      List<Types> types,
      String mask,
      List<String> masks,
      String kernel,
      List<String> kernels) {
    List<String> parts = new ArrayList<>();
    if (types.size() > 1 || !type.label().isEmpty()) {
      parts.add(type.label());
    }
    if (masks.size() > 1) {
      parts.add(mask);
    }
    if (kernels.size() > 1) {
      parts.add(kernel);
    }
    return parts.isEmpty() ? "lazuli" : String.join(" ", parts);
  }
}

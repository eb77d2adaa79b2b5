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
  private static final List<String> ACTIONS =
      List.of("bench", "compare", "sweep", "explain", "check", "search");
  private static final List<String> GRIDS = List.of("sweep", "search", "check");
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

    @Option(
        names = "--sweep",
        paramLabel = "AXIS=V",
        description = {
          "an axis of the grid, more than once for more: s=256..4096*2, tk=64..256+64,",
          "h=4,8, dtype=f32,bf16, mask=none,causal, backend=naive,flash"
        })
    List<String> axes = new ArrayList<>();

    @Option(
        names = "--compare",
        paramLabel = "AXIS=V",
        description = "what compare varies: an axis as for --sweep; mask=bf16,f32 is its dtype")
    @Nullable String compare;

    @Option(
        names = "--baseline",
        paramLabel = "NAME",
        description = "the row to compare with (first)")
    @Nullable String baseline;

    @Option(
        names = "--budget",
        paramLabel = "LIMITS",
        description = "of sweep and search: time<=5ms,mem<=64MiB,err<=2x (times naive's)")
    @Nullable String budget;

    @Option(names = "--resume", description = "go on with the sweep or search that was interrupted")
    boolean resume;

    @Option(names = "--dry-run", description = "list what would run, with kernels and bytes")
    boolean dryRun;

    @Option(names = "--cold", description = "empty the caches before each call")
    boolean cold;

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
  private @Nullable Sweep last;

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
    return "[bench|compare|sweep|explain|check|search] [Q K V [MASK]]";
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
    Object result = Lazuli.on(device, () -> measure(options, call));
    return device.equals("sim") && result instanceof Report report
        ? report.withNote("sim is a simulated GPU: results are a GPU's, times are the simulator's")
        : result;
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
    if (GRIDS.contains(action)) {
      return grid(action, options, words, budget, cell);
    }
    if (!options.axes.isEmpty()) {
      throw new UsageException(
          "--sweep belongs to %sdpa sweep, search and check; compare has --compare");
    }
    if (options.resume || options.budget != null) {
      throw new UsageException(
          (options.resume ? "--resume" : "--budget") + " belongs to %sdpa sweep and search");
    }
    List<Variant> variants = variants(options, action, words, cell.variables());
    if (options.baseline != null) {
      variants = Baseline.first(variants, options.baseline);
    }
    if (options.dryRun) {
      return DryRun.of(variants, limits(options), options.seed);
    }
    Variant first = variants.getFirst();
    if (!action.equals("compare") && !first.refusal().isEmpty()) {
      throw new UsageException(first.refusal());
    }
    Limits known = limits(options);
    if (action.equals("explain")) {
      return Explain.of(first, known, options.seed);
    }
    return race(options, variants, budget, known, cell);
  }

  /** The limits were measured on the processor: they say nothing of another device. */
  private Limits limits(Options options) {
    return options.device == null || options.device.equals("cpu") ? limits.get() : new Limits(null);
  }

  private Object grid(
      String action, Options options, List<String> words, Budget time, RunningCell cell)
      throws Exception {
    Sampler sampler = samplers.apply(cell::interrupted);
    if (options.resume) {
      Sweep before = last;
      if (before == null || before.finished()) {
        throw new UsageException(
            before == null
                ? "--resume: no sweep was interrupted in this session"
                : "--resume: the last sweep is finished: " + before.state());
      }
      return before.run(cell, sampler, time, limits(options));
    }
    if (!words.isEmpty()) {
      throw new UsageException(
          "%sdpa "
              + action
              + " makes its own operands; got "
              + String.join(" ", words)
              + ". Use --shape and --sweep, or compare with arrays");
    }
    if (options.peer != null) {
      throw new UsageException("--peer belongs to %sdpa bench and compare");
    }
    Request request = Request.of(action, options);
    if (options.dryRun) {
      return request.dryRun(limits(options), options.seed);
    }
    if (action.equals("check")) {
      return Checking.of(request.points(), request.kernels(), options.seed, limits(options), cell);
    }
    Sweep sweep = request.sweep(options);
    last = sweep;
    return sweep.run(cell, sampler, time, limits(options));
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
        entries.add(entry(variant, sampler, options.cold));
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
        notes.addAll(peers.notes(report, options.seed));
      }
      if (options.error && !cell.interrupted()) {
        notes.addAll(Accuracy.lines(variants));
      }
      for (String note : notes) {
        report = report.withNote(note);
      }
      return report.withNote(
          options.cold
              ? "cold: the caches are emptied before each call; every result is evaluated"
              : "operands are hot and evaluated before; every result is evaluated");
    }
  }

  private static TorchPeer start(@Nullable String python) {
    try {
      return TorchPeer.start(python, Workers.threads());
    } catch (PeerException missing) {
      throw new UsageException(String.valueOf(missing.getMessage()));
    }
  }

  private static Race.Entry entry(Variant variant, Sampler sampler, boolean cold) {
    if (!variant.refusal().isEmpty()) {
      return Race.Entry.refused(variant.name(), variant.refusal());
    }
    Subject hot = Subject.of(variant.name(), () -> variant.build().eval(), sampler.clock());
    Subject subject = cold ? Cold.of(hot) : hot;
    return Race.Entry.of(
        variant.dispatch().kernel(), subject, variant.dispatch().work(), variant.dtype());
  }

  private static List<Variant> variants(
      Options options, String action, List<String> names, Map<String, ?> variables) {
    List<Types> types = options.dtype == null ? List.of(Types.GIVEN) : Types.parse(options.dtype);
    List<String> masks = List.of((options.mask == null ? "none" : options.mask).split(",", -1));
    List<String> kernels =
        List.of((options.backend == null ? "auto" : options.backend).split(",", -1));
    boolean maskTypes = false;
    if (options.compare != null) {
      if (!action.equals("compare")) {
        throw new UsageException("--compare belongs to %sdpa compare");
      }
      Axis axis = Axis.parse("--compare", options.compare);
      switch (axis.name()) {
        case "dtype" -> types = Types.parse(String.join(",", axis.values()));
        case "backend" -> kernels = axis.values();
        case "mask" -> {
          maskTypes = axis.values().stream().allMatch(Types::isType);
          if (maskTypes) {
            Types all = types.getFirst();
            types = axis.values().stream().map(value -> all.withMask(value)).toList();
          } else {
            masks = axis.values();
          }
        }
        default ->
            throw new UsageException(
                "--compare takes dtype, mask or backend; sizes belong to %sdpa sweep --sweep "
                    + options.compare);
      }
    }
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
    if (maskTypes && base.mask() == null) {
      base = base.withRandomMask(options.seed);
    }
    List<Variant> variants = new ArrayList<>();
    for (Types type : types) {
      for (String mask : masks) {
        Setting setting =
            Masks.masked(base, mask, options.mask != null, variables).as(type).evaluated();
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

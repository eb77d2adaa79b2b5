package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import lazuli.array.Lazuli;
import lazuli.array.type.ArrayException;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.measure.Limits;
import lazuli.magics.option.OptionMagic;
import lazuli.magics.option.Output;
import lazuli.magics.report.Result;
import lazuli.magics.stats.Sampler;
import org.jspecify.annotations.Nullable;

/** {@code %sdpa}: attention timed, compared and explained; each {@link Action} has a class. */
public final class Sdpa extends OptionMagic<SdpaOptions> {
  private static final String PEER = "torch";

  private final Supplier<Limits> limits;
  private final Function<BooleanSupplier, Sampler> samplers;
  private final List<Action> actions = Actions.all();

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
        SdpaOptions::new,
        Operands.WORDS,
        "%sdpa compare -s 1,8,256,64 -b naive,flash -m causal --error");
    this.limits = limits;
    this.samplers = samplers;
  }

  @Override
  protected Output output(SdpaOptions parsed) {
    return parsed.output;
  }

  @Override
  protected String synopsis() {
    return "[" + String.join("|", Actions.names()) + "] [Q K V [MASK]]";
  }

  @Override
  protected Object run(SdpaOptions options, String java, MagicCall call) throws Exception {
    List<String> words = new ArrayList<>(options.words);
    Action named = words.isEmpty() ? null : action(words.getFirst());
    if (named != null) {
      words.removeFirst();
    }
    // What varies says what to do where no word does.
    String meant =
        !options.grid.axes.isEmpty()
            ? "sweep"
            : options.grid.compare != null ? "compare" : actions.getFirst().name();
    Action action = named != null ? named : Objects.requireNonNull(action(meant));
    Use use = new Use(options, action.name(), List.copyOf(words), call.cell(), limits, samplers);
    String device = options.operands.device;
    String peer = options.timing.peer;
    if (peer != null && !peer.equals(PEER)) {
      throw new UsageException("unknown peer '" + peer + "'; one of " + PEER);
    }
    if (device == null) {
      return checked(action, use);
    }
    if (peer != null && !device.equals("cpu")) {
      throw new UsageException(
          "--peer runs PyTorch on the CPU; leave out --peer or --device " + device);
    }
    try {
      Lazuli.on(device, () -> device);
    } catch (ArrayException absent) {
      throw new UsageException("--device: " + Variant.oneLine(absent));
    }
    Object result = Lazuli.on(device, () -> checked(action, use));
    return device.equals("sim") && result instanceof Result measured
        ? measured.withNote(
            "sim is a simulated GPU: results are a GPU's, times are the simulator's")
        : result;
  }

  /** {@return the action of this name, or null} */
  private @Nullable Action action(String name) {
    return actions.stream().filter(one -> one.name().equals(name)).findFirst().orElse(null);
  }

  private static Object checked(Action action, Use use) throws Exception {
    use.options().timing.budget();
    Belonging.check(use.options(), use.action());
    return action.run(use);
  }
}

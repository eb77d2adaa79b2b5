package lazuli.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import lazuli.array.attention.Attention;
import lazuli.array.backend.Backend;
import lazuli.array.backend.Candidate;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.Pool;
import lazuli.array.op.Arange;
import lazuli.array.op.Aval;
import lazuli.array.op.Composite;
import lazuli.array.op.Copy;
import lazuli.array.op.Fill;
import lazuli.array.op.Fused;
import lazuli.array.op.FusedMatMul;
import lazuli.array.op.FusedReduce;
import lazuli.array.op.LogSumExp;
import lazuli.array.op.MatMul;
import lazuli.array.op.Op;
import lazuli.array.op.PutAlong;
import lazuli.array.op.Random;
import lazuli.array.op.Reduce;
import lazuli.array.op.Scatter;
import lazuli.array.op.Softmax;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Peaks;
import lazuli.array.profile.Refusal;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.gpu.exec.Gpu;
import lazuli.gpu.exec.HostKernel;
import lazuli.gpu.kernels.FusedKernel;
import lazuli.gpu.kernels.FusedSupport;
import lazuli.gpu.kernels.MatMulKernel;
import lazuli.gpu.kernels.ReduceKernel;
import lazuli.gpu.kernels.SequenceKernel;
import lazuli.gpu.kernels.SoftmaxKernel;
import lazuli.gpu.lib.CublasLt;
import lazuli.gpu.ptx.Element;
import org.jspecify.annotations.Nullable;

/**
 * A GPU's kernels and memory. What it has no kernel for runs on the processor, with copies that the
 * kernel's name and details show.
 */
public final class GpuBackend implements Backend {
  // Rates for estimates, of a card with 2 TB/s; without a measurement they only rank kernels.
  private static final double BYTES_PER_NANO = 2000;
  private static final double LAUNCH = 3000;
  private static final double COPY_BYTES_PER_NANO = 10;
  private static final double HOST_FLOPS_PER_NANO = 1;

  /** Waiting for the device, and beginning again behind it. */
  private static final double HOST_STEP = 30_000;

  private static final String REFERENCE = "reference";

  private final Gpu gpu;
  private final Processor processor;
  private final Contest contest;
  private final Supplier<String> state;
  private final CublasLt.Found products;
  private volatile boolean library = true;
  private @Nullable Peaks peaks;

  /**
   * Makes a backend of a device whose state is not known.
   *
   * @param gpu the device
   * @param processor what runs the operations that the device has no kernel for
   */
  GpuBackend(Gpu gpu, Processor processor) {
    this(gpu, processor, () -> "", new CublasLt.Found.Absent("it is not looked for"));
  }

  /**
   * Makes a backend.
   *
   * @param gpu the device
   * @param processor what runs the operations that the device has no kernel for
   * @param state tells what holds the device back at the moment
   * @param products cuBLASLt, or why there is none
   */
  GpuBackend(Gpu gpu, Processor processor, Supplier<String> state, CublasLt.Found products) {
    this.gpu = gpu;
    this.processor = processor;
    this.state = state;
    this.products = products;
    contest = new Contest(gpu);
  }

  @Override
  public Device device() {
    return gpu.device();
  }

  @Override
  public String about() {
    return gpu.device().kind().equals("sim")
        ? "simulated GPU: correct, slow, its times mean nothing"
        : gpu.title();
  }

  @Override
  public Pool pool() {
    return gpu.pool();
  }

  /**
   * Sets whether cuBLASLt multiplies where it is found and faster; plans that were made before stay
   * as they are.
   */
  public void library(boolean on) {
    library = on;
  }

  /** {@return the device at work} */
  public Gpu gpu() {
    return gpu;
  }

  @Override
  public void synchronize() {
    gpu.synchronize("evaluation");
  }

  @Override
  public void begin(Object plan) {
    gpu.begin(plan);
  }

  @Override
  public void end() {
    gpu.end();
  }

  @Override
  public void abandon() {
    gpu.abandon();
  }

  @Override
  public @Nullable Late late() {
    return gpu.late();
  }

  @Override
  public String replay(Object plan) {
    return gpu.replay(plan);
  }

  @Override
  public String state() {
    return state.get();
  }

  @Override
  public synchronized @Nullable Peaks peaks() {
    if (peaks == null && gpu.measures()) {
      peaks = new GpuPeaks(gpu, GpuPeaks.Sizes.CARD).measured();
    }
    return peaks;
  }

  @Override
  public @Nullable Mark mark() {
    return new StreamMark(gpu, gpu.mark());
  }

  /** A point of the device's stream. */
  private record StreamMark(Gpu gpu, long event) implements Mark {
    @Override
    public long nanosTo(Mark later) {
      return gpu.nanosBetween(event, ((StreamMark) later).event);
    }

    @Override
    public void close() {
      gpu.unmark(event);
    }
  }

  @Override
  public List<Candidate> candidates(Op op, List<Aval> inputs, Aval output) {
    List<Candidate> all = new ArrayList<>(own(op, inputs, output));
    boolean offered = all.stream().anyMatch(Candidate.Offer.class::isInstance);
    if (op instanceof Composite composite) {
      if (REFERENCE.equals(composite.forced())) {
        all.addAll(reference(op, inputs, output));
      }
    } else if ((!offered || op instanceof Scatter || op instanceof PutAlong)
        && !(op instanceof FusedReduce)
        && !(op instanceof FusedMatMul)) {
      all.addAll(processor(op, inputs, output));
    }
    return all;
  }

  private List<Candidate> own(Op op, List<Aval> inputs, Aval output) {
    if (op instanceof FusedReduce || op instanceof FusedMatMul) {
      // Without an offer the plan makes two steps of it, which both have kernels here.
      return List.of(refused(op.label(), "NOT_FUSED", "runs as two kernels on the GPU"));
    }
    for (Aval in : inputs) {
      if (!Element.has(in.dtype())) {
        return List.of(narrow(op, in.dtype()));
      }
    }
    if (!Element.has(output.dtype())) {
      return List.of(narrow(op, output.dtype()));
    }
    Work work = op.work(inputs, output);
    String large = large(inputs, output);
    if (large != null) {
      return List.of(refused(op.label(), "SIZE_TOO_LARGE", large));
    }
    return switch (op) {
      case Attention attention ->
          contest.timed(
              attention,
              inputs,
              output,
              AttentionChoice.candidates(gpu, attention, inputs, output));
      case Fused program -> {
        String missing = FusedSupport.missing(program);
        yield missing == null
            ? offer(new FusedKernel(gpu, program, work), "one pass over memory")
            : List.of(refused("fused", "NO_PTX", missing));
      }
      case Copy copy -> {
        Fused program = new Fused(output.shape(), List.of(new Fused.Load(0, output.dtype())));
        yield offer(new FusedKernel(gpu, program, work), "moves elements");
      }
      case Fill fill -> {
        Fused program =
            new Fused(output.shape(), List.of(new Fused.Const(fill.value(), output.dtype())));
        yield offer(new FusedKernel(gpu, program, work), "writes one value");
      }
      case Arange range -> offer(new SequenceKernel(gpu, range, work), "every element by itself");
      case Random random ->
          SequenceKernel.has(random.distribution())
              ? offer(new SequenceKernel(gpu, random, work), "every element by itself")
              : List.of(refused("sequence", "NO_PTX", "no PTX for " + random.label() + " numbers"));
      case MatMul product when !output.dtype().isFloat() ->
          List.of(refused("gemm", "NO_PTX", "no PTX for products in " + output.dtype()));
      case MatMul product -> product(inputs, output, work);
      case Reduce reduce -> offer(new ReduceKernel(gpu, reduce, work), "joins in a fixed order");
      case Softmax softmax ->
          offer(
              new SoftmaxKernel(gpu, softmax.axis(), false, work, casts(softmax, inputs)),
              "a block for each row");
      case LogSumExp sum ->
          offer(
              new SoftmaxKernel(gpu, sum.axis(), true, work, casts(sum, inputs)),
              "a block for each row");
      default -> IndexChoice.candidates(gpu, op, inputs, output);
    };
  }

  private List<Candidate> product(List<Aval> inputs, Aval output, Work work) {
    DType type = output.dtype();
    Kernel own = new MatMulKernel(gpu, type, work);
    double nanos = LAUNCH + work.flops() / (type.isHalf() ? 3e5 : 3e4);
    String why = type.isHalf() ? "half types run on tensor cores" : type + " stays " + type;
    List<Candidate> all = new ArrayList<>(List.of(new Candidate.Offer(own, why, nanos)));
    switch (library ? products : new CublasLt.Found.Absent("it is switched off")) {
      case CublasLt.Found.Absent(String reason) ->
          all.add(refused("cublaslt", "NOT_FOUND", reason));
      case CublasLt.Found.Works(CublasLt library) ->
          all.add(
              new Candidate.Offer(
                  new LibraryMatMul(gpu, library, own), "NVIDIA's library", nanos * 0.7));
    }
    return contest.timed(inputs, output, all);
  }

  private static Candidate narrow(Op op, DType type) {
    return refused(op.label(), "NO_PTX", "no PTX for " + type);
  }

  private static @Nullable String large(List<Aval> inputs, Aval output) {
    long most = output.shape().size();
    for (Aval in : inputs) {
      most = Math.max(most, in.shape().size());
    }
    return most > Integer.MAX_VALUE - (1 << 24)
        ? most + " elements: the GPU's kernels count in 32 bits"
        : null;
  }

  private static List<Dispatch.Cast> casts(Composite op, List<Aval> inputs) {
    List<Dispatch.Cast> casts = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      DType type = inputs.get(i).dtype();
      if (type.isHalf()) {
        casts.add(new Dispatch.Cast(op.operands().get(i), type, DType.F32, "tile load", "kernel"));
      }
    }
    return casts;
  }

  private static List<Candidate> offer(Kernel kernel, String why) {
    double nanos = LAUNCH + kernel.work().bytes() / BYTES_PER_NANO;
    return List.of(new Candidate.Offer(kernel, why, nanos));
  }

  private static Candidate refused(String kernel, String code, String text) {
    return new Candidate.Refused(new Refusal(kernel, new Reason(code, text)));
  }

  /** A reason that names what is missing. */
  private record Reason(String code, String text) implements Refusal.Reason {}

  /** {@return the float64 interpreter, which runs on the processor when it is forced by name} */
  private List<Candidate> reference(Op op, List<Aval> inputs, Aval output) {
    for (Candidate candidate : processor.every(op, inputs, output)) {
      if (candidate instanceof Candidate.Offer offer && offer.name().equals(REFERENCE)) {
        HostKernel kernel = new HostKernel(gpu, offer.kernel(), REFERENCE);
        return List.of(new Candidate.Offer(kernel, offer.why(), Double.MAX_VALUE));
      }
    }
    return List.of();
  }

  /** {@return the processor's kernels, with the copies they need} */
  private List<Candidate> processor(Op op, List<Aval> inputs, Aval output) {
    List<Candidate> all = new ArrayList<>();
    for (Candidate candidate : processor.candidates(op, inputs, output)) {
      switch (candidate) {
        case Candidate.Offer offer -> {
          double copied = op.work(inputs, output).bytes() / COPY_BYTES_PER_NANO;
          double nanos = HOST_STEP + copied + offer.kernel().work().flops() / HOST_FLOPS_PER_NANO;
          all.add(
              new Candidate.Offer(
                  new HostKernel(gpu, offer.kernel(), HostKernel.PREFIX + offer.name()),
                  "the GPU has no kernel for it: " + offer.why() + " on the CPU",
                  nanos));
        }
        case Candidate.Refused(Refusal refusal) ->
            all.add(
                new Candidate.Refused(
                    new Refusal(HostKernel.PREFIX + refusal.kernel(), refusal.reason())));
      }
    }
    return all;
  }
}

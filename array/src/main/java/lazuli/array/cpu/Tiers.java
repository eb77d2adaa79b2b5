package lazuli.array.cpu;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * The two ways to run a fused program: block by block with the compiled loop of each operation,
 * which is fast at once, and, when that was done often enough, with loops generated for the
 * program, which keep every value in registers. Both give the same bits.
 *
 * <p>Mutable: how much was done, and which way is taken now. A loop is written, compiled and held
 * against the blocks on a thread of its own; until it has won there the program goes on as before,
 * so nobody waits for a compiler.
 */
final class Tiers {
  /** Which way to take. */
  enum Mode {
    /** Blocks first, then generated loops where they are faster. */
    AUTO,
    /** Blocks only. */
    BLOCKS,
    /** Generated loops from the first call on, whatever they cost. */
    GENERATED
  }

  /** What the system property {@code lazuli.fused} says. */
  static final Mode MODE = mode(System.getProperty("lazuli.fused"));

  /**
   * Operations on elements after which a program gets loops of its own: some 10 ms of work, against
   * 0.1 to 0.3 s that the compilers then work on the side.
   */
  static final long HOT = 1L << 26;

  /** Requests beyond this many are left for a later call. */
  private static final int WAITING = 64;

  /** The thread that makes loops, which ends when it has nothing to do; loaded when first used. */
  private static final class Maker {
    private static final ThreadPoolExecutor THREAD =
        new ThreadPoolExecutor(
            0,
            1,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            body -> Thread.ofPlatform().daemon().name("lazuli-loops").unstarted(body));
  }

  private final Registers program;
  private final DType result;
  private volatile Stages stages;

  /** Whether nothing is left to be decided. */
  private volatile boolean settled;

  /** Why no loop was generated, or empty. */
  private volatile String note = "";

  /** Counted without a lock: a lost count only makes the program hot a little later. */
  private long worked;

  Tiers(Registers program, DType result, Mode mode) {
    this.program = program;
    this.result = result;
    this.stages = Stages.blocks(program);
    this.settled = mode != Mode.AUTO;
    if (mode == Mode.GENERATED) {
      Segment halves = Segment.halves(program, result);
      this.stages =
          halves == null
              ? Stages.of(program, Segment.cut(program), GeneratedLoops::of)
              : Stages.halves(program, halves, GeneratedLoops.of(halves));
    }
  }

  static Mode mode(@Nullable String property) {
    if (property == null) {
      return Mode.AUTO;
    }
    for (Mode mode : Mode.values()) {
      if (mode.name().toLowerCase(Locale.ROOT).equals(property)) {
        return mode;
      }
    }
    throw new ArrayException(
        "-Dlazuli.fused=" + property,
        "auto, blocks or generated",
        "leave it out, or for instance -Dlazuli.fused=blocks");
  }

  /** The way that is taken now. */
  Stages now() {
    return stages;
  }

  /** How the program runs now, and why not in another way. */
  String details() {
    return stages.details() + note;
  }

  /** The way to take for a launch of some elements. */
  Stages launch(long elements) {
    if (!settled) {
      worked += elements * stages.count();
      if (worked >= HOT) {
        ask();
      }
    }
    return stages;
  }

  /** Whether the program ran often enough to be tried, or needs no trial. */
  boolean hot() {
    return settled;
  }

  private void ask() {
    synchronized (Maker.THREAD) {
      if (!settled && Maker.THREAD.getQueue().size() < WAITING) {
        settled = true;
        Maker.THREAD.execute(this::generate);
      }
    }
  }

  /** Makes the loops, and takes those that are faster. */
  void generate() {
    try {
      choose();
    } catch (RuntimeException | LinkageError e) {
      // The blocks compute the same: no cell fails for want of a faster way.
      note = "; no loop could be generated: " + e;
    }
  }

  private void choose() {
    Segment halves = Segment.halves(program, result);
    if (halves != null) {
      Stage loop = tried(new Segment.Part(0, program.steps().size(), halves), halves);
      if (loop != null) {
        stages = Stages.halves(program, halves, loop);
        return;
      }
    }
    List<Segment.Part> parts = Segment.cut(program);
    Stages better =
        Stages.of(
            program,
            parts,
            segment -> {
              Segment.Part part =
                  parts.stream().filter(p -> segment.equals(p.segment())).findFirst().orElseThrow();
              return tried(part, segment);
            });
    if (better.generated()) {
      stages = better;
    } else if (parts.stream().anyMatch(p -> p.segment() != null)) {
      note = "; a generated loop was not faster";
    }
  }

  /** The loop of a part, or null when its steps are faster. */
  private @Nullable Stage tried(Segment.Part part, Segment segment) {
    if (GeneratedLoops.refused(segment)) {
      return null;
    }
    Stage known = GeneratedLoops.known(segment);
    if (known != null) {
      return known;
    }
    Stage loop = GeneratedLoops.define(segment);
    if (Trial.faster(loop, program, part)) {
      GeneratedLoops.keep(segment, loop);
      return loop;
    }
    GeneratedLoops.refuse(segment);
    return null;
  }
}

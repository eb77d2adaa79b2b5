package lazuli.array.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How a fused program runs: its operations' loops one after the other, or generated ones. */
final class Stages {
  private final Stage[] stages;

  private final Registers.Constant[] constants;

  /** Of each constant whether only its first element is read. */
  private final boolean[] single;

  /** How many of the program's operations generated loops compute, and how many loops. */
  private final int operations;

  private final int loops;

  /** Whether halves are read from memory as they are. */
  private final boolean raw;

  private Stages(
      Registers program,
      List<? extends Stage> stages,
      boolean[] single,
      int operations,
      int loops,
      boolean raw) {
    this.stages = stages.toArray(new Stage[0]);
    this.constants = program.constants().toArray(new Registers.Constant[0]);
    this.single = single;
    this.operations = operations;
    this.loops = loops;
    this.raw = raw;
  }

  /** Every operation by its own loop. */
  static Stages blocks(Registers program) {
    return new Stages(
        program, program.steps(), new boolean[program.constants().size()], 0, 0, false);
  }

  /**
   * Segments by their loops, where there is one.
   *
   * @param loop gives the loop, or null when the segment's operations stay as they are
   */
  static Stages of(
      Registers program, List<Segment.Part> parts, Function<Segment, @Nullable Stage> loop) {
    List<Stage> stages = new ArrayList<>();
    int operations = 0;
    int loops = 0;
    boolean[] single = new boolean[program.constants().size()];
    Arrays.fill(single, true);
    for (Segment.Part part : parts) {
      Segment segment = part.segment();
      Stage generated = segment == null ? null : loop.apply(segment);
      if (generated != null) {
        stages.add(generated);
        operations += part.end() - part.first();
        loops++;
        continue;
      }
      for (Registers.Step s : program.steps().subList(part.first(), part.end())) {
        stages.add(s);
        for (int i = 0; i < single.length; i++) {
          int slot = program.constants().get(i).slot();
          single[i] &= s.a() != slot && s.b() != slot && s.c() != slot;
        }
      }
    }
    return new Stages(program, stages, single, operations, loops, false);
  }

  /** One loop for the whole program, which widens and rounds half types by itself. */
  static Stages halves(Registers program, Segment segment, Stage loop) {
    boolean[] single = new boolean[program.constants().size()];
    Arrays.fill(single, true);
    return new Stages(program, List.of(loop), single, segment.operations().size(), 1, true);
  }

  /** Whether halves are read from memory as they are. */
  boolean raw() {
    return raw;
  }

  /** How many there are. */
  int count() {
    return stages.length;
  }

  /** Whether one generated loop computes the whole program. */
  boolean whole() {
    return loops == 1 && stages.length == 1;
  }

  /** Whether any operation is computed by a generated loop. */
  boolean generated() {
    return loops > 0;
  }

  /** Fills the constants for blocks of n elements. */
  void fill(long[] at, int n, Number[] parameters) {
    for (int i = 0; i < constants.length; i++) {
      Registers.Constant c = constants[i];
      c.fill(at[c.slot()], single[i] ? 1 : n, parameters);
    }
  }

  /** Computes n elements of the program's result. */
  void run(long[] at, int n) {
    for (Stage stage : stages) {
      stage.run(at, n);
    }
  }

  /** What a reader wants to know. */
  String details() {
    if (loops == 0) {
      return "blocks of " + FusedKernel.BLOCK + ", " + stages.length + " loops";
    }
    String generated =
        loops
            + " generated "
            + (loops == 1 ? "loop" : "loops")
            + " of "
            + operations
            + " operations";
    int others = stages.length - loops;
    return others == 0 && loops == 1
        ? generated
        : "blocks of "
            + FusedKernel.BLOCK
            + ", "
            + generated
            + (others == 0 ? "" : ", " + others + (others == 1 ? " other loop" : " other loops"));
  }
}

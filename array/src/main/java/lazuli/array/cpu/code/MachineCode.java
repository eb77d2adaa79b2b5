package lazuli.array.cpu.code;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The machine code in use, chosen once: the fastest that this machine runs and that passes its
 * self-test. The system property {@code lazuli.machine.code} forces {@code amx}, {@code
 * avx512_bf16} or {@code none}.
 */
public final class MachineCode {
  private static final String PROPERTY = "lazuli.machine.code";

  /**
   * The outcome of the choice.
   *
   * @param code the code for bf16, or null
   * @param text what was chosen and why, one line
   */
  public record Choice(@Nullable Bf16Code code, String text) {}

  private static final Choice CHOICE = choose(System.getProperty(PROPERTY, "auto"));
  private static final @Nullable Bf16Code BF16 = CHOICE.code();

  private MachineCode() {}

  /** {@return the code for bf16, or null where products are computed in f32 by vectors} */
  public static @Nullable Bf16Code bf16() {
    return BF16;
  }

  /** {@return what computes bf16 products and why, one line for a table} */
  public static String text() {
    return CHOICE.text();
  }

  /**
   * {@return the choice}
   *
   * @param asked {@code auto}, {@code none}, or the name of a code
   */
  public static Choice choose(String asked) {
    List<String> names = List.of("amx", "avx512_bf16");
    if (asked.equals("none")) {
      return new Choice(null, "bf16 products in f32 vectors: machine code is off");
    }
    if (!asked.equals("auto") && !names.contains(asked)) {
      return new Choice(
          null,
          "bf16 products in f32 vectors: -D"
              + PROPERTY
              + "="
              + asked
              + " is none of auto, none, amx, avx512_bf16");
    }
    List<String> reasons = new ArrayList<>();
    try {
      Processor processor = Processor.detect();
      for (String name : names) {
        if (asked.equals("auto") || asked.equals(name)) {
          try {
            if (asked.equals("auto") && name.equals("avx512_bf16") && !processor.amd()) {
              // Emerald Rapids, busy: attention took 1.25 times as long as in f32 vectors.
              throw new Unavailable("no faster here than f32 vectors");
            }
            Bf16Code code = tested(name, processor);
            return new Choice(
                code, "bf16 products by machine code (" + name + ", self-test passed)");
          } catch (Unavailable e) {
            reasons.add(name + ": " + e.reason());
          }
        }
      }
    } catch (Unavailable e) {
      reasons.add("machine code: " + e.reason());
    } catch (RuntimeException | LinkageError e) {
      reasons.add("machine code: " + e);
    }
    return new Choice(null, "bf16 products in f32 vectors; " + String.join("; ", reasons));
  }

  private static Bf16Code tested(String name, Processor processor) throws Unavailable {
    boolean tiles = name.equals("amx");
    if (!processor.dotBf16() || tiles && !processor.tilesBf16()) {
      throw new Unavailable("the processor or the system has none");
    }
    Bf16Product product = Bf16Product.place(tiles);
    Bf16Weights weights = Bf16Weights.place();
    if (!right(product) || !right(weights)) {
      throw new Unavailable("its self-test gave wrong numbers");
    }
    return new Bf16Code(name, product, weights);
  }

  /**
   * {@return whether the code multiplies correctly} Whole numbers, whose sums f32 holds exactly, so
   * that the comparison is exact whatever the order of additions.
   */
  static boolean right(Bf16Product product) {
    Random random = new Random(25);
    try (Arena arena = Arena.ofConfined()) {
      for (int rows : new int[] {16, 32, 48, 80}) {
        for (int pairs : new int[] {16, 48}) {
          for (boolean more : new boolean[] {false, true}) {
            if (!right(product, arena, random, rows, pairs, more)) {
              return false;
            }
          }
        }
      }
    }
    return true;
  }

  private static boolean right(
      Bf16Product product, Arena arena, Random random, int rows, int pairs, boolean more) {
    int columns = Bf16Product.COLUMNS;
    // Rows of a and c are further apart than they are long.
    int aRow = 2 * pairs + 32;
    int cRow = columns + 16;
    MemorySegment a = arena.allocate(2L * rows * aRow, 64);
    MemorySegment b = arena.allocate(4L * pairs * columns, 64);
    MemorySegment c = arena.allocate(4L * rows * cRow, 64);
    float[] expected = new float[rows * cRow];
    for (int i = 0; i < rows * aRow; i++) {
      set(a, i, random.nextInt(17) - 8);
    }
    for (int i = 0; i < 2 * pairs * columns; i++) {
      set(b, i, random.nextInt(17) - 8);
    }
    for (int i = 0; i < rows * cRow; i++) {
      expected[i] = random.nextInt(100);
      c.setAtIndex(ValueLayout.JAVA_FLOAT, i, expected[i]);
    }
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        float sum = more ? expected[i * cRow + j] : 0;
        for (int k = 0; k < 2 * pairs; k++) {
          sum += get(a, i * aRow + k) * get(b, (k / 2 * columns + j) * 2 + k % 2);
        }
        expected[i * cRow + j] = sum;
      }
    }
    product.multiply(
        more, rows, pairs, a.address(), 2L * aRow, b.address(), c.address(), 4L * cRow);
    for (int i = 0; i < rows * cRow; i++) {
      if (c.getAtIndex(ValueLayout.JAVA_FLOAT, i) != expected[i]) {
        return false;
      }
    }
    return true;
  }

  /** {@return whether the code computes weights within a rounding, and 0 where it must} */
  static boolean right(Bf16Weights weights) {
    return right(weights, 0) && right(weights, 32);
  }

  /** From a place in the first panel of scores on. */
  private static boolean right(Bf16Weights weights, int from) {
    try (Arena arena = Arena.ofConfined()) {
      int groups = 5;
      long panelBytes = 1024;
      MemorySegment scores = arena.allocate(3 * panelBytes, 64);
      MemorySegment to = arena.allocate(64L * groups, 64);
      MemorySegment block = arena.allocate(Bf16Weights.BLOCK, 64);
      float scale = 0.25f;
      float max = 3;
      float[] x = new float[32 * groups];
      for (int i = 0; i < x.length; i++) {
        x[i] = i == 7 ? Float.NEGATIVE_INFINITY : i == 9 ? -600 : 12 - 0.37f * i;
        int at = from + i;
        scores.set(ValueLayout.JAVA_FLOAT, at / 64 * panelBytes + at % 64 * 4, x[i]);
      }
      block.set(ValueLayout.JAVA_FLOAT, 0, scale);
      block.set(ValueLayout.JAVA_FLOAT, 4, -max);
      float factor = 0.5f;
      block.set(ValueLayout.JAVA_FLOAT, 8, factor);
      for (int i = 0; i < 16; i++) {
        block.set(ValueLayout.JAVA_FLOAT, 64 + 4L * i, i);
      }
      long begin = scores.address() + 4L * from;
      weights.row(from > 0, begin, groups, panelBytes, to.address(), block.address());
      float sum = factor * 15 * 16 / 2;
      for (int i = 0; i < x.length; i++) {
        double expected = Math.pow(2, (double) x[i] * scale - max);
        float weight = get(to, i);
        sum += weight;
        boolean zero = i == 7 || i == 9;
        if (zero ? weight != 0 : !(Math.abs(weight - expected) <= expected * 0x1.01p-8)) {
          return false;
        }
      }
      for (int i = 0; i < 16; i++) {
        sum -= block.get(ValueLayout.JAVA_FLOAT, 64 + 4L * i);
      }
      return Math.abs(sum) < 1e-4;
    }
  }

  private static void set(MemorySegment memory, int at, int value) {
    memory.setAtIndex(ValueLayout.JAVA_SHORT, at, (short) (Float.floatToRawIntBits(value) >>> 16));
  }

  private static float get(MemorySegment memory, int at) {
    return Float.intBitsToFloat(memory.getAtIndex(ValueLayout.JAVA_SHORT, at) << 16);
  }
}

package lazuli.array.cpu.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.attention.Tile;
import lazuli.array.cpu.attention.AttentionCase.MaskKind;
import lazuli.array.cpu.attention.AttentionCase.Sizes;
import lazuli.array.cpu.attention.KernelRun.Layout;
import lazuli.array.cpu.code.Bf16Code;
import lazuli.array.cpu.code.MachineCode;
import lazuli.array.type.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every tile of every kernel against float64; the queries of a tile change no bit. */
class TileGridTest {
  private static final List<Sizes> SHAPES =
      List.of(
          new Sizes(1, 4, 2, 150, 333, 40, 64),
          new Sizes(2, 2, 1, 70, 600, 64, 24),
          new Sizes(1, 6, 2, 20, 90, 130, 130));

  private static Tiling asked(int queries, int keys) {
    return new Tiling(new Tile(queries, keys), true, "");
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 64, 128, 256, 512})
  void flashAgreesWithFloat64AndQueriesChangeNoBit(int keys) {
    List<String> wrong = new ArrayList<>();
    for (Sizes sizes : SHAPES) {
      for (DType dtype : List.of(DType.F32, DType.F16)) {
        for (MaskKind kind : MaskKind.values()) {
          long seed = 7L * keys + kind.ordinal();
          AttentionCase c = AttentionCase.random(sizes, dtype, kind, seed);
          double[] one = KernelRun.flash(c, Layout.DENSE, null, asked(64, keys));
          String worst = Tolerance.worst(dtype, c.expected(), one);
          if (!worst.isEmpty()) {
            wrong.add(keys + " keys " + c + " seed " + seed + ": " + worst);
          }
          assertArrayEquals(one, KernelRun.flash(c, Layout.GAPS, null, asked(192, keys)));
          assertArrayEquals(one, KernelRun.flash(c, Layout.DENSE, null, asked(512, keys)));
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 128, 512})
  void machineCodeAgreesWithFloat64AndQueriesChangeNoBit(int keys) {
    Bf16Code code = MachineCode.bf16();
    assumeTrue(code != null, MachineCode.text());
    List<String> wrong = new ArrayList<>();
    for (Sizes sizes : SHAPES) {
      for (MaskKind kind : MaskKind.values()) {
        long seed = 11L * keys + kind.ordinal();
        AttentionCase c = AttentionCase.random(sizes, DType.BF16, kind, seed);
        double[] one = KernelRun.flash(c, Layout.DENSE, code, asked(64, keys));
        String worst = Tolerance.worst(DType.BF16, c.expected(), one);
        if (!worst.isEmpty()) {
          wrong.add(keys + " keys " + c + " seed " + seed + ": " + worst);
        }
        assertArrayEquals(one, KernelRun.flash(c, Layout.DENSE, code, asked(320, keys)));
      }
    }
    assertEquals(List.of(), wrong);
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 96, 1024})
  void splitsAgreeWithFloat64(int keys) {
    List<String> wrong = new ArrayList<>();
    for (Sizes sizes :
        List.of(new Sizes(2, 4, 2, 1, 700, 64, 40), new Sizes(1, 2, 2, 5, 90, 24, 24))) {
      for (MaskKind kind : MaskKind.values()) {
        AttentionCase c = AttentionCase.random(sizes, DType.F32, kind, keys);
        double[] actual = KernelRun.split(c, Layout.DENSE, asked(1, keys));
        String worst = Tolerance.worst(DType.F32, c.expected(), actual);
        if (!worst.isEmpty()) {
          wrong.add(keys + " keys " + c + ": " + worst);
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void theKeysAreWhatChangesBits() {
    AttentionCase c = AttentionCase.random(SHAPES.getFirst(), DType.F32, MaskKind.NONE, 3);
    double[] usual = KernelRun.flash(c, Layout.DENSE);
    assertArrayEquals(usual, KernelRun.flash(c, Layout.DENSE, null, asked(128, 256)));
    boolean same =
        java.util.Arrays.equals(usual, KernelRun.flash(c, Layout.DENSE, null, asked(128, 32)));
    assertEquals(false, same, "32 keys were expected to add in another order than 256");
  }
}

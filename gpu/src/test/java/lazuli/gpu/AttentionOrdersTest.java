package lazuli.gpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import lazuli.array.attention.Attention;
import lazuli.array.attention.Causal;
import lazuli.array.backend.Candidate;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.op.Aval;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;
import lazuli.gpu.exec.SimulatedCard;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Attention does not depend on the order in which warps and blocks run, and this would be seen. */
class AttentionOrdersTest {
  private static final long[] ORDERS = {0, 1, 7, -3};

  /** A kernel in one type on q [1, heads, queries, dim] and k, v [1, keyHeads, keys, dim]. */
  private record Case(
      String kernel, DType type, Causal causal, int heads, int keyHeads, int queries, int keys) {
    private static final int DIM = 32;

    double[] run(SimulatedCard card) {
      Random random = new Random(5);
      List<View> inputs = new ArrayList<>();
      List<Aval> avals = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Shape shape = i == 0 ? Shape.of(1, heads, queries, DIM) : Shape.of(1, keyHeads, keys, DIM);
        double[] values = new double[(int) shape.size()];
        Arrays.setAll(values, n -> random.nextGaussian());
        inputs.add(card.given(type, shape, values));
        avals.add(new Aval(shape, type, Device.CPU));
      }
      Attention op = Attention.plain(0.2, causal, false);
      Aval result = avals.getFirst();
      View output = card.empty(type, result.shape());
      kernel(card, op, avals, result).launch(inputs, output);
      return card.read(output);
    }

    private Kernel kernel(SimulatedCard card, Attention op, List<Aval> inputs, Aval output) {
      GpuBackend backend = new GpuBackend(card.gpu(), new Processor());
      for (Candidate candidate : backend.candidates(op, inputs, output)) {
        if (candidate instanceof Candidate.Offer offer && offer.name().equals(kernel)) {
          return offer.kernel();
        }
      }
      throw new AssertionError("no " + kernel);
    }
  }

  private static final List<Case> CASES =
      List.of(
          new Case("flash", DType.BF16, Causal.LOWER_RIGHT, 2, 1, 70, 150),
          new Case("flash", DType.F16, Causal.NONE, 1, 1, 64, 130),
          new Case("flash", DType.F32, Causal.LOWER_RIGHT, 2, 1, 20, 150),
          // Decode: the last of several blocks merges.
          new Case("split", DType.F32, Causal.NONE, 4, 2, 1, 600),
          new Case("split", DType.BF16, Causal.LOWER_RIGHT, 4, 1, 2, 400));

  @TestFactory
  Stream<DynamicTest> everyOrderOfWarpsAndBlocksGivesTheSameBits() {
    return CASES.stream()
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.toString(),
                    () -> {
                      double[] first = null;
                      for (long order : ORDERS) {
                        SimulatedCard card = new SimulatedCard(UnaryOperator.identity());
                        card.sim().seed(order);
                        double[] values = one.run(card);
                        assertTrue(
                            Arrays.stream(values).allMatch(Double::isFinite), "order " + order);
                        if (first == null) {
                          first = values;
                        }
                        assertArrayEquals(first, values, "order " + order);
                      }
                    }));
  }

  /** The barriers of one text, by their place. */
  private static int barriers(Case one) {
    int[] count = new int[1];
    one.run(
        new SimulatedCard(
            text -> {
              // Memory that must be zero is cleared by a kernel without barriers.
              count[0] = Math.max(count[0], text.split("bar\\.sync", -1).length - 1);
              return text;
            }));
    return count[0];
  }

  private static String without(String text, int barrier) {
    if (text.contains(".entry clear(")) {
      return text;
    }
    int at = -1;
    for (int i = 0; i <= barrier; i++) {
      at = text.indexOf("bar.sync", at + 1);
    }
    return text.substring(0, at) + "// " + text.substring(at);
  }

  /**
   * The barrier before a block draws its ticket: without it another block may merge what is not
   * written yet. The simulator runs whole blocks one after another, so it cannot see that.
   */
  private static final int BEFORE_TICKET = 2;

  /** Without any one of its barriers, a kernel races or gives other bits. */
  @TestFactory
  Stream<DynamicTest> everyMissingBarrierIsSeen() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Case one : List.of(CASES.get(0), CASES.get(3))) {
      double[] right = one.run(new SimulatedCard(UnaryOperator.identity()));
      int barriers = barriers(one);
      assertTrue(barriers >= 3, barriers + " barriers");
      for (int i = 0; i < barriers; i++) {
        int barrier = i;
        if (one.kernel.equals("split") && barrier == BEFORE_TICKET) {
          continue;
        }
        tests.add(
            DynamicTest.dynamicTest(
                one.kernel + " without barrier " + i, () -> assertTrue(seen(one, barrier, right))));
      }
    }
    return tests.stream();
  }

  private static boolean seen(Case one, int barrier, double[] right) {
    for (long order : ORDERS) {
      SimulatedCard card = new SimulatedCard(text -> without(text, barrier));
      card.sim().seed(order);
      try {
        if (!Arrays.equals(right, one.run(card))) {
          return true;
        }
      } catch (ArrayException race) {
        assertFalse(race.getMessage().isEmpty());
        return true;
      }
    }
    return false;
  }

  /** Copies that nobody waits for have not arrived, whatever a card might do by luck. */
  @TestFactory
  Stream<DynamicTest> aMissingWaitForCopiesIsSeen() {
    Case one = CASES.getFirst();
    double[] right = one.run(new SimulatedCard(UnaryOperator.identity()));
    return Stream.of("cp.async.wait_group", "cp.async.wait_all")
        .map(
            wait ->
                DynamicTest.dynamicTest(
                    wait,
                    () -> {
                      int[] found = new int[1];
                      SimulatedCard card =
                          new SimulatedCard(
                              text -> {
                                found[0] += text.contains(wait) ? 1 : 0;
                                return text.replace("  " + wait, "  // " + wait);
                              });
                      boolean same;
                      try {
                        same = Arrays.equals(right, one.run(card));
                      } catch (ArrayException race) {
                        same = false;
                      }
                      assertEquals(found[0] == 0, same, wait);
                    }));
  }
}

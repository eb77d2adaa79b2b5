package lazuli.array.plan;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import lazuli.array.Array;
import lazuli.array.op.Node;
import lazuli.array.op.Source;
import org.junit.jupiter.api.Test;

/** What the planner makes of graphs, on the reference backend, which offers every kernel. */
class PlanTest {
  private static final Capabilities CAPABILITIES = new Backends("reference").current();

  private static Plan plan(Array... arrays) {
    List<Node> outputs = Arrays.stream(arrays).map(Array::node).toList();
    List<Node> nodes = new ArrayList<>();
    for (Node output : outputs) {
      nodes.addAll(Node.order(output, Set.copyOf(nodes)));
    }
    return Planner.plan(nodes, outputs, CAPABILITIES);
  }

  private static Array given(long... shape) {
    return new Array(Node.of(new Source(zeros(shape).node().aval())));
  }

  private static List<String> labels(Plan plan) {
    return plan.steps().stream().map(step -> step.op().label()).toList();
  }

  @Test
  void aChainOfPointwiseOperationsIsOneStep() {
    Array x = given(4, 5);
    assertEquals(List.of("mul+add+exp"), labels(plan(x.mul(2).add(1).exp())));
  }

  @Test
  void castsScalarsAndBroadcastOperandsJoinTheChain() {
    Array x = given(4, 5);
    Array row = given(5);
    Plan plan = plan(x.astype(F16).mul(row.astype(F16)).astype(F32).add(1.5));
    assertEquals(List.of("cast", "cast+mul+cast+add"), labels(plan));
  }

  @Test
  void aValueReadTwiceInsideOneGroupStaysInRegisters() {
    Array x = given(8);
    Array e = x.exp();
    assertEquals(List.of("exp+mul+add"), labels(plan(e.mul(e).add(e))));
  }

  @Test
  void aValueThatAReductionReadsIsStoredOnce() {
    Array e = given(8, 3).exp();
    Plan plan = plan(e.div(e.sum(true, 1)));
    assertEquals(List.of("exp", "sum", "div"), labels(plan));
  }

  @Test
  void aGroupNeverReadsAValueThatDependsOnItself() {
    // e feeds both the group of the result and a reduction that the result reads.
    Array e = given(8, 3).exp();
    Array y = e.add(1).mul(e.sum(true, 1));
    assertEquals(List.of("exp", "sum", "add+mul"), labels(plan(y)));
  }

  @Test
  void smallerOperandsAreComputedBeforeTheyRepeat() {
    Array y = given(64, 64).add(given(64).exp());
    assertEquals(List.of("exp", "add"), labels(plan(y)));
  }

  @Test
  void equalSubexpressionsAreComputedOnce() {
    Array x = given(4, 4);
    Array a = x.matmul(x);
    Array b = x.matmul(x);
    assertEquals(List.of("matmul", "add"), labels(plan(a.add(b))));
  }

  @Test
  void deadNodesAndViewsAreNoSteps() {
    Array x = given(4, 4);
    x.exp();
    assertEquals(List.of("neg"), labels(plan(x.t().reshape(2, 2, 4).t().neg())));
    assertEquals(List.of(), labels(plan(x.t())));
  }

  @Test
  void aConstantUnderAnyShapeStaysAConstant() {
    Array x = given(4, 4);
    Plan plan = plan(x.add(ones(4, 1).broadcastTo(4, 4)));
    assertEquals(List.of("add"), labels(plan));
    assertEquals(1, plan.steps().getFirst().inputs().size());
  }

  @Test
  void aCompositeIsOneStepWithItsRefusals() {
    Plan plan = plan(given(4, 5).softmax(-1));
    assertEquals(List.of("softmax"), labels(plan));
    Step step = plan.steps().getFirst();
    assertEquals("reference", step.dispatch().kernel());
    assertEquals(
        "[naive: takes 4 steps and writes 112 bytes of intermediates]",
        step.dispatch().refusals().toString());
  }

  @Test
  void intermediatesDieAtTheirLastReaderAndAreOverwritten() {
    Array x = given(1000);
    // Each square feeds a sum, so that nothing fuses.
    Array a = x.exp();
    Array b = a.add(a.sum(true, 0));
    Array c = b.add(b.sum(true, 0));
    Array d = c.add(c.sum(true, 0));
    Plan plan = plan(d);
    assertEquals(7, plan.steps().size());
    // One vector, which each step overwrites, and one sum at a time.
    assertEquals(4000 + 4, plan.peakBytes());
    for (Step step : plan.steps()) {
      if (step.op().label().equals("add")) {
        assertTrue(step.reuse() >= 0);
      }
    }
  }

  @Test
  void aGivenOrRequestedValueIsNeverOverwritten() {
    Array x = given(1000);
    Array a = x.exp().matmul(given(1000));
    assertFalse(plan(x.neg()).steps().getFirst().reuse() >= 0);
    Array e = x.exp();
    Array f = e.add(e.sum(true, 0));
    for (Step step : plan(e, f).steps()) {
      assertEquals(-1, step.reuse());
    }
    assertNotNull(a);
  }

  @Test
  void longChainsSplitIntoProgramsOfBoundedLength() {
    Array x = given(8);
    for (int i = 0; i < 200; i++) {
      x = x.add(x.sin());
    }
    Plan plan = plan(x);
    for (Step step : plan.steps()) {
      int length = ((lazuli.array.op.Fused) step.op()).program().size();
      assertTrue(length <= 2 * Groups.LONGEST, "length " + length);
    }
    assertTrue(plan.steps().size() <= 12, "steps " + plan.steps().size());
  }

  @Test
  void promotionIsNamedInTheStepThatDoesIt() {
    Array k = new Array(Node.of(new Source(zeros(BF16, 4, 4).node().aval())));
    Plan plan = plan(given(4, 4).matmul(k));
    assertEquals(List.of("cast", "matmul"), labels(plan));
    assertEquals("promotion: b bf16 to f32", plan.steps().getFirst().origin());
    assertEquals(
        "[b bf16 to f32 by a copy (promotion)]",
        plan.steps().getFirst().dispatch().casts().toString());
  }

  @Test
  void aForcedKernelRunsAndOthersSayWhy() {
    Plan naive = plan(forced(given(4, 5), "naive"));
    assertEquals(List.of("max", "sub+exp", "sum", "div"), labels(naive));
    assertEquals("naive", naive.steps().getLast().dispatch().kernel());
    assertEquals("forced by the user", naive.steps().getLast().dispatch().why());
    assertEquals(
        "[reference: the user forced naive]",
        naive.steps().getLast().dispatch().refusals().toString());
    assertEquals("naive softmax", naive.steps().getFirst().origin());
    assertEquals(
        "reference", plan(forced(given(4, 5), "reference")).steps().getFirst().kernel().name());
  }

  @Test
  void aForcedKernelThatNobodyHasIsAnErrorWithTheNames() {
    lazuli.array.type.ArrayException e =
        assertThrows(
            lazuli.array.type.ArrayException.class, () -> plan(forced(given(4, 5), "flahs")));
    assertEquals(
        """
        softmax was forced to kernel "flahs", which no backend has
          accepted: for these operands: reference, naive
          fix: name one of these, or leave the choice to the plan""",
        e.getMessage());
  }

  private static Array forced(Array x, String kernel) {
    return new Array(Node.of(new ForcedSoftmax(kernel), x.node()));
  }

  /** Softmax with a forced kernel. */
  private record ForcedSoftmax(String kernel) implements lazuli.array.op.Composite {
    private static final lazuli.array.op.Softmax SOFTMAX = new lazuli.array.op.Softmax(1);

    @Override
    public String label() {
      return "softmax";
    }

    @Override
    public lazuli.array.op.Aval infer(List<lazuli.array.op.Aval> inputs) {
      return SOFTMAX.infer(inputs);
    }

    @Override
    public Node define(List<Node> inputs) {
      return SOFTMAX.define(inputs);
    }

    @Override
    public lazuli.array.profile.Work work(
        List<lazuli.array.op.Aval> inputs, lazuli.array.op.Aval output) {
      return SOFTMAX.work(inputs, output);
    }

    @Override
    public String forced() {
      return kernel;
    }

    @Override
    public List<String> operands() {
      return SOFTMAX.operands();
    }
  }
}

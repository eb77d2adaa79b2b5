package lazuli.array.cpu.attention;

import static lazuli.array.Lazuli.causal;
import static lazuli.array.Lazuli.explain;
import static lazuli.array.Lazuli.grad;
import static lazuli.array.Lazuli.kernel;
import static lazuli.array.Lazuli.keyLengths;
import static lazuli.array.Lazuli.keyStarts;
import static lazuli.array.Lazuli.mask;
import static lazuli.array.Lazuli.sdpa;
import static lazuli.array.Lazuli.sinks;
import static lazuli.array.Lazuli.softCap;
import static lazuli.array.Lazuli.window;
import static lazuli.array.Lazuli.zeros;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import lazuli.array.Array;
import lazuli.array.attention.AttentionOption;
import lazuli.array.attention.AttentionRefusal;
import lazuli.array.attention.KvFormat;
import lazuli.array.cpu.attention.AttentionCase.Sizes;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Explanation;
import lazuli.array.profile.Refusal;
import lazuli.array.type.DType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The whole grid of shapes, types and modifications: one kernel runs, and every other one is
 * refused for a reason whose predicate holds and whose values are those of the call. Nothing is
 * silent.
 */
class RefusalGridTest {
  private static final Set<String> KERNELS = Set.of("reference", "flash", "split", "naive");

  static Stream<Sizes> shapes() {
    return AttentionGrid.shapes().stream();
  }

  private static List<AttentionOption[]> options() {
    List<AttentionOption[]> all = new ArrayList<>();
    all.add(new AttentionOption[0]);
    all.add(new AttentionOption[] {causal()});
    all.add(new AttentionOption[] {causal().and(window(9)), softCap(5)});
    return all;
  }

  /** What is not in every call: mask arrays, sinks, lengths of batches, codes and pages. */
  private static List<Array> attended(Sizes s, Array q, Array k, Array v) {
    List<Array> all = new ArrayList<>();
    all.add(sdpa(q, k, v, mask(zeros(DType.BF16, s.queries(), s.keys()))));
    all.add(sdpa(q, k, v, mask(zeros(DType.BOOL, s.keys())), causal()));
    all.add(sdpa(q, k, v, sinks(zeros(s.heads()))));
    Array lengths = zeros(DType.I64, s.batch());
    all.add(sdpa(q, k, v, keyStarts(lengths), keyLengths(lengths)));
    Array scales = zeros(DType.BF16, s.batch(), s.keyHeads(), s.keys(), 1);
    if (s.dim() > 0 && s.valueDim() > 0) {
      for (KvFormat format : new KvFormat[] {KvFormat.INT8, KvFormat.FP8}) {
        DType codes = format.codes(DType.BF16);
        all.add(
            sdpa(
                q,
                k.astype(codes),
                v.astype(codes),
                new AttentionOption.Codes(format, scales.node(), scales.node())));
      }
    }
    if (s.batch() > 0 && s.keys() > 0) {
      Array table = zeros(DType.I64, s.batch(), 2);
      all.add(sdpa(q, k, v, keyLengths(lengths), new AttentionOption.Pages(table.node())));
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void everyKernelThatDoesNotRunSaysWhy(Sizes s) {
    for (DType dtype : new DType[] {DType.F32, DType.F16, DType.BF16, DType.F64}) {
      Array q = zeros(dtype, s.batch(), s.heads(), s.queries(), s.dim());
      Array k = zeros(dtype, s.batch(), s.keyHeads(), s.keys(), s.dim());
      Array v = zeros(dtype, s.batch(), s.keyHeads(), s.keys(), s.valueDim());
      for (AttentionOption[] some : options()) {
        check(s, dtype, null, sdpa(q, k, v, some));
      }
      for (Array some : attended(s, q, k, v)) {
        check(s, dtype, null, some);
      }
      for (String forced : dtype == DType.F32 ? KERNELS : Set.<String>of()) {
        boolean runs =
            forced.equals("naive")
                || forced.equals("reference")
                || dtype != DType.F64 && (forced.equals("flash") || s.queries() <= 8);
        if (runs) {
          check(s, dtype, forced, sdpa(q, k, v, kernel(forced)));
        }
      }
    }
  }

  private static void check(Sizes s, DType dtype, String forced, Array x) {
    Explanation e = explain(x);
    Dispatch dispatch = null;
    for (Explanation.Row row : e.steps()) {
      dispatch = row.dispatch().op().equals("sdpa") ? row.dispatch() : dispatch;
    }
    String where = s + " " + dtype + " forced " + forced + "\n" + e.text();
    if (dispatch == null) {
      // Only the definition leaves no step of its own.
      assertTrue("naive".equals(forced) || x.size() == 0, where);
      return;
    }
    Map<String, Refusal.Reason> refused = new HashMap<>();
    for (Refusal refusal : dispatch.refusals()) {
      assertEquals(null, refused.put(refusal.kernel(), refusal.reason()), where);
    }
    Set<String> named = new TreeSet<>(refused.keySet());
    named.add(dispatch.kernel());
    assertEquals(new TreeSet<>(KERNELS), named, where);
    assertEquals(3, refused.size(), where);
    if (forced != null) {
      assertEquals(forced, dispatch.kernel(), where);
    }
    refused.forEach((kernel, reason) -> predicate(s, dtype, forced, kernel, reason, where));
  }

  private static void predicate(
      Sizes s, DType dtype, String forced, String kernel, Refusal.Reason reason, String where) {
    boolean wide = dtype == DType.F64 && (kernel.equals("flash") || kernel.equals("split"));
    boolean many = !wide && kernel.equals("split") && s.queries() > 8;
    if (wide) {
      assertEquals(new AttentionRefusal.Wide(dtype), reason, where);
    } else if (many) {
      assertEquals(new AttentionRefusal.ManyQueries(s.queries(), 8), reason, where);
    } else if (forced != null) {
      assertEquals("FORCED_OTHER", reason.code(), where);
      assertEquals("the user forced " + forced, reason.text(), where);
    } else if (kernel.equals("naive")) {
      assertEquals("UNFUSED", reason.code(), where);
    } else {
      assertEquals("SLOWER", reason.code(), where);
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void soDoKernelsOfGradients(Sizes s) {
    double size = s.work() * s.dim() * s.valueDim();
    if (size == 0 || s.dim() > 130) {
      return;
    }
    for (DType dtype : new DType[] {DType.F32, DType.F64}) {
      Array q = zeros(dtype, s.batch(), s.heads(), s.queries(), s.dim());
      Array k = zeros(dtype, s.batch(), s.keyHeads(), s.keys(), s.dim());
      Array v = zeros(dtype, s.batch(), s.keyHeads(), s.keys(), s.valueDim());
      UnaryOperator<Array> loss = x -> sdpa(x, k, v, causal()).sum();
      Explanation e = explain(grad(loss).apply(q));
      Dispatch dispatch = null;
      for (Explanation.Row row : e.steps()) {
        boolean own = row.dispatch().op().equals("sdpa gradient");
        dispatch = own ? row.dispatch() : dispatch;
      }
      assertTrue(dispatch != null, e.text());
      Map<String, String> reasons = new HashMap<>();
      dispatch.refusals().forEach(r -> reasons.put(r.kernel(), r.reason().code()));
      Map<String, String> expected = new HashMap<>();
      expected.put("split", "NO_GRADIENT");
      expected.put("reference", "NO_GRADIENT");
      boolean wide = dtype == DType.F64;
      expected.put(wide ? "flash" : "naive", wide ? "DTYPE_WIDE" : "UNFUSED");
      assertEquals(wide ? "naive" : "flash", dispatch.kernel());
      assertEquals(expected, reasons);
    }
  }
}

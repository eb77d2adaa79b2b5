package lazuli.array.peer;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.LinearFunctions;
import lazuli.array.op.Binary;
import lazuli.array.op.Build;
import lazuli.array.op.Reduction;
import lazuli.array.op.Unary;
import lazuli.array.type.DType;

/** What the cases' operations are in Lazuli. */
final class Operations {
  private Operations() {}

  /** An operation on the operands with the case's arguments. */
  interface Operation {
    Array apply(List<Array> in, List<String> arguments);
  }

  private static final Map<String, Operation> NAMED =
      Map.ofEntries(
          entry("get", (in, a) -> in.get(0).get(a.get(0).replace(';', ','))),
          entry("transpose", (in, a) -> in.get(0).transpose(ints(a, 0))),
          entry("reshape", (in, a) -> in.get(0).reshape(longs(a))),
          entry("reshape of transposed", (in, a) -> in.get(0).transpose().reshape(longs(a))),
          entry("broadcastTo", (in, a) -> in.get(0).broadcastTo(longs(a))),
          entry("squeeze", (in, a) -> in.get(0).squeeze()),
          entry("expandDims", (in, a) -> in.get(0).expandDims(ints(a, 0)[0])),
          entry("argmax", (in, a) -> in.get(0).argmax(ints(a, 0)[0])),
          entry("argmin", (in, a) -> in.get(0).argmin(ints(a, 0)[0])),
          entry(
              "astype",
              (in, a) -> in.get(0).astype(DType.valueOf(a.get(0).toUpperCase(Locale.ROOT)))),
          entry("where", (in, a) -> Lazuli.where(in.get(0), in.get(1), in.get(2))),
          entry("matmul", (in, a) -> in.get(0).matmul(in.get(1))),
          entry("softmax", (in, a) -> in.get(0).softmax(ints(a, 0)[0])),
          entry("logSumExp", (in, a) -> in.get(0).logSumExp(ints(a, 0)[0])),
          entry("cumsum", (in, a) -> in.get(0).cumsum(ints(a, 0)[0])),
          entry("cumprod", (in, a) -> in.get(0).cumprod(ints(a, 0)[0])),
          entry("cummax", (in, a) -> in.get(0).cummax(ints(a, 0)[0])),
          entry("cummin", (in, a) -> in.get(0).cummin(ints(a, 0)[0])),
          entry("sort", (in, a) -> in.get(0).sort(ints(a, 0)[0])),
          entry("argsort", (in, a) -> in.get(0).argsort(ints(a, 0)[0])),
          entry("median", (in, a) -> in.get(0).median(ints(a, 0))),
          entry("flip", (in, a) -> in.get(0).flip(ints(a, 0))),
          entry("roll", (in, a) -> in.get(0).roll(ints(a, 0)[0], ints(a, 0)[1])),
          entry("repeat", (in, a) -> in.get(0).repeat(ints(a, 0)[0], ints(a, 0)[1])),
          entry("var", (in, a) -> in.get(0).var(ints(a, 0)[0], false, ints(a, 1))),
          entry("std", (in, a) -> in.get(0).std(ints(a, 0)[0], false, ints(a, 1))),
          entry(
              "concatenate",
              (in, a) -> Lazuli.concatenate(ints(a, 0)[0], in.toArray(Array[]::new))),
          entry("stack", (in, a) -> Lazuli.stack(ints(a, 0)[0], in.toArray(Array[]::new))),
          entry("tile", (in, a) -> in.get(0).tile(longs(a))),
          entry("tril", (in, a) -> in.get(0).tril(ints(a, 0)[0])),
          entry("triu", (in, a) -> in.get(0).triu(ints(a, 0)[0])),
          entry("diagonal", (in, a) -> in.get(0).diagonal(ints(a, 0)[0], 0, 1)),
          entry("take", (in, a) -> in.get(0).take(in.get(1), ints(a, 0)[0])),
          entry("takeAlongAxis", (in, a) -> in.get(0).takeAlongAxis(in.get(1), ints(a, 0)[0])),
          entry("mask", (in, a) -> in.get(0).get(in.get(1))),
          entry("searchsorted", (in, a) -> in.get(0).searchsorted(in.get(1))),
          entry("countNonzero", (in, a) -> in.get(0).countNonzero(ints(a, 0))),
          entry("pad", (in, a) -> in.get(0).pad(longs(a))),
          entry(
              "einsum",
              (in, a) -> Lazuli.einsum(a.get(0).replace(' ', ','), in.toArray(Array[]::new))),
          entry("kron", (in, a) -> Lazuli.kron(in.get(0), in.get(1))),
          entry(
              "qr squares", (in, a) -> squares(Lazuli.qr(in.get(0)).q(), Lazuli.qr(in.get(0)).r())),
          entry(
              "svd squares",
              (in, a) -> {
                LinearFunctions.Svd svd = Lazuli.svd(in.get(0));
                return squares(svd.u(), svd.s(), svd.vt());
              }),
          entry("outer", (in, a) -> Lazuli.outer(in.get(0), in.get(1))),
          entry("addmm", (in, a) -> Lazuli.addmm(in.get(0), in.get(1), in.get(2))),
          entry("mse", (in, a) -> in.get(0).tanh().sub(in.get(1)).square().mean(0)),
          entry("mlp", (in, a) -> in.get(0).matmul(in.get(1)).maximum(0).matmul(in.get(2))),
          entry("sdpa", (in, a) -> Lazuli.sdpa(in.get(0), in.get(1), in.get(2))),
          entry(
              "sdpa causal",
              (in, a) -> Lazuli.sdpa(in.get(0), in.get(1), in.get(2), Lazuli.causal())));

  /** What does not change with the signs that a factorisation is free to choose. */
  private static Array squares(Array... parts) {
    Array[] lines = new Array[parts.length];
    for (int i = 0; i < parts.length; i++) {
      lines[i] = parts[i].square().reshape(-1);
    }
    return Lazuli.concatenate(0, lines);
  }

  /** The operation of that name. */
  static Operation of(String name) {
    int space = name.indexOf(' ');
    String kind = space < 0 ? "" : name.substring(0, space);
    String label = name.substring(space + 1);
    return switch (kind) {
      case "unary" -> (in, a) -> in.get(0).map(row(Unary.values(), Unary::label, label));
      case "binary" ->
          (in, a) -> in.get(0).with(row(Binary.values(), Binary::label, label), in.get(1));
      case "reduction" ->
          (in, a) ->
              new Array(
                  Build.reduce(
                      row(Reduction.values(), Reduction::label, label),
                      in.get(0).node(),
                      a.get(0).equals("1"),
                      ints(a, 1)));
      default -> {
        Operation known = NAMED.get(name);
        if (known == null) {
          throw new AssertionError("no operation is called \"" + name + "\"");
        }
        yield known;
      }
    };
  }

  private static <R> R row(R[] rows, Function<R, String> name, String label) {
    for (R row : rows) {
      if (name.apply(row).equals(label)) {
        return row;
      }
    }
    throw new AssertionError("no row is called \"" + label + "\"");
  }

  private static int[] ints(List<String> arguments, int skip) {
    return arguments.stream().skip(skip).mapToInt(Integer::parseInt).toArray();
  }

  private static long[] longs(List<String> arguments) {
    return arguments.stream().mapToLong(Long::parseLong).toArray();
  }

  /** What we make of a case. */
  static List<Array> run(Case c) {
    if (!c.operation().startsWith("grad ")) {
      return List.of(of(c.operation()).apply(c.inputs(), c.arguments()));
    }
    Operation operation = of(c.operation().substring("grad ".length()));
    List<Array> operands = new ArrayList<>(c.inputs());
    Array weights = operands.removeLast();
    return Gradients.of(
        operands, traced -> operation.apply(traced, c.arguments()).mul(weights).sum());
  }
}

package lazuli.array.reference;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import lazuli.array.backend.Elements;
import lazuli.array.op.Arange;
import lazuli.array.op.ArgReduce;
import lazuli.array.op.ArgSort;
import lazuli.array.op.Aval;
import lazuli.array.op.Binary;
import lazuli.array.op.Bitcast;
import lazuli.array.op.Cast;
import lazuli.array.op.Composite;
import lazuli.array.op.Concat;
import lazuli.array.op.Copy;
import lazuli.array.op.Detach;
import lazuli.array.op.Expand;
import lazuli.array.op.Factor;
import lazuli.array.op.FactorGradient;
import lazuli.array.op.Fill;
import lazuli.array.op.Fused;
import lazuli.array.op.FusedMatMul;
import lazuli.array.op.FusedReduce;
import lazuli.array.op.Gather;
import lazuli.array.op.MatMul;
import lazuli.array.op.Movement;
import lazuli.array.op.Node;
import lazuli.array.op.Op;
import lazuli.array.op.Permute;
import lazuli.array.op.Philox;
import lazuli.array.op.Pointwise;
import lazuli.array.op.PutAlong;
import lazuli.array.op.Random;
import lazuli.array.op.Reduce;
import lazuli.array.op.Reduction;
import lazuli.array.op.Reshape;
import lazuli.array.op.Scan;
import lazuli.array.op.Scatter;
import lazuli.array.op.SearchSorted;
import lazuli.array.op.Slice;
import lazuli.array.op.SliceUpdate;
import lazuli.array.op.Sort;
import lazuli.array.op.Source;
import lazuli.array.op.TakeAlong;
import lazuli.array.op.Ternary;
import lazuli.array.op.Unary;
import lazuli.array.type.DType;
import lazuli.array.type.Rounding;
import lazuli.array.type.Shape;

/**
 * The meaning of every operation, in float64 and 64-bit integers, by plain loops. Floating values
 * are rounded by casts and when a result is stored, nowhere else.
 */
final class Interpreter {
  private Interpreter() {}

  static Dense run(Op op, List<Dense> in, Aval out) {
    return switch (op) {
      case Pointwise p -> pointwise(p, in, out);
      case Movement m -> move(m, in.getFirst(), out);
      case Fused f -> fused(f, in, out);
      case FusedReduce f -> {
        Aval operand = new Aval(f.program().shape(), f.program().dtype(), out.device());
        yield reduce(f.reduce(), fused(f.program(), in, operand), out);
      }
      case FusedMatMul f -> {
        List<Dense> operands = new ArrayList<>(in.subList(2, in.size()));
        Aval product = new MatMul().infer(List.of(in.get(0).aval, in.get(1).aval));
        Dense result = matmul(in.get(0), in.get(1), product);
        operands.add(f.product(), result.pick(out.withDType(product.dtype()), order(out)));
        yield fused(f.program(), operands, out);
      }
      case Reduce r -> reduce(r, in.getFirst(), out);
      case ArgReduce r -> argReduce(r, in.getFirst(), out);
      case MatMul m -> matmul(in.get(0), in.get(1), out);
      case Copy c -> in.getFirst();
      case SliceUpdate u -> sliceUpdate(u, in.get(0), in.get(1), out);
      case Gather g -> Picking.gather(g, in, out);
      case Scatter s -> Picking.scatter(s, in, out);
      case TakeAlong t -> Picking.takeAlong(t, t.axis(), in.get(0), in.get(1), out);
      case PutAlong p -> Picking.putAlong(p, in, out);
      case Concat c -> Picking.concat(c.axis(), in, out);
      case Bitcast b -> Lines.bitcast(in.getFirst(), out);
      case Scan s -> Lines.scan(s, in.getFirst(), out);
      case Sort s -> Lines.sort(s.axis(), in.getFirst(), out);
      case ArgSort s -> Lines.argSort(s.axis(), in.getFirst(), out);
      case Factor f -> Factoring.run(f, in.getFirst(), out);
      case FactorGradient g -> FactorGradients.run(g.row(), in.get(1), in.get(2), out);
      case SearchSorted s -> Lines.search(s, in.get(0), in.get(1), out);
      case Fill f -> {
        Dense result = new Dense(out);
        for (int i = 0; i < result.size(); i++) {
          put(result, i, f.value());
        }
        yield result;
      }
      case Arange a -> {
        Dense result = new Dense(out);
        for (int i = 0; i < result.size(); i++) {
          if (result.real()) {
            result.set(i, a.start().doubleValue() + i * a.step().doubleValue());
          } else {
            result.setInteger(i, a.start().longValue() + i * a.step().longValue());
          }
        }
        yield result;
      }
      case Random r -> {
        Dense result = new Dense(out);
        double[] values = new double[result.size()];
        Philox.fill(r, 0, values, values.length);
        for (int i = 0; i < values.length; i++) {
          result.set(i, values[i]);
        }
        yield result;
      }
      case Composite c -> composite(c, in);
      case Source s -> throw new IllegalStateException("a source is given, not computed");
    };
  }

  private static void put(Dense to, int i, Number value) {
    if (to.real()) {
      to.set(i, value.doubleValue());
    } else {
      to.setInteger(i, value.longValue());
    }
  }

  private static Dense composite(Composite op, List<Dense> in) {
    Map<Node, Dense> values = new IdentityHashMap<>();
    List<Node> sources = new ArrayList<>();
    for (Dense value : in) {
      Node source = Node.of(new Source(value.aval));
      values.put(source, value);
      sources.add(source);
    }
    Node definition = op.define(sources);
    for (Node node : Node.order(definition, Set.copyOf(sources))) {
      List<Dense> operands = new ArrayList<>();
      for (Node operand : node.inputs()) {
        operands.add(value(values, operand));
      }
      values.put(node, run(node.op(), operands, node.aval()));
    }
    return value(values, definition);
  }

  private static Dense value(Map<Node, Dense> values, Node node) {
    Dense value = values.get(node);
    if (value == null) {
      throw new IllegalStateException("operand after its user: " + node);
    }
    return value;
  }

  private static long[] order(Aval aval) {
    return Elements.positions(aval.shape(), aval.shape().strides(), 0);
  }

  private static Dense sliceUpdate(SliceUpdate op, Dense in, Dense update, Aval out) {
    Dense result = in.pick(out, Elements.positions(out.shape(), out.shape().strides(), 0));
    Dense places = new Dense(new Aval(out.shape(), DType.I64, out.device()));
    for (int i = 0; i < places.size(); i++) {
      places.setInteger(i, i);
    }
    Dense at = move(op.part(), places, update.aval.withDType(DType.I64));
    for (int i = 0; i < update.size(); i++) {
      result.copy(Math.toIntExact(at.integer(i)), update, i);
    }
    return result;
  }

  private static Dense move(Movement move, Dense in, Aval out) {
    Shape shape = in.shape();
    long[] dense = shape.strides();
    long[] strides = out.shape().strides();
    long offset = 0;
    switch (move) {
      case Reshape r -> {}
      case Detach d -> {}
      case Expand e -> {
        return in.expand(out.shape());
      }
      case Permute p -> {
        for (int i = 0; i < strides.length; i++) {
          strides[i] = dense[p.order().get(i)];
        }
      }
      case Slice s -> {
        for (int i = 0; i < strides.length; i++) {
          Slice.Range range = s.ranges().get(i);
          strides[i] = dense[i] * range.step();
          offset += range.size() > 0 ? dense[i] * range.start() : 0;
        }
      }
    }
    return in.pick(out, Elements.positions(out.shape(), strides, offset));
  }

  private static Dense pointwise(Pointwise op, List<Dense> operands, Aval out) {
    List<Dense> in = new ArrayList<>();
    for (Dense operand : operands) {
      in.add(operand.expand(out.shape()));
    }
    Dense result = new Dense(out);
    Dense a = in.getFirst();
    for (int i = 0; i < result.size(); i++) {
      switch (op) {
        case Unary row -> {
          LongUnaryOperator integer = row.integer(a.aval.dtype());
          if (a.real() || integer == null) {
            result.set(i, row.apply(a.get(i)));
          } else {
            result.setInteger(i, integer.applyAsLong(a.integer(i)));
          }
        }
        case Binary row -> {
          LongBinaryOperator integer = row.integer(a.aval.dtype());
          if (a.real() || integer == null) {
            result.set(i, row.apply(a.get(i), in.get(1).get(i)));
          } else {
            result.setInteger(i, integer.applyAsLong(a.integer(i), in.get(1).integer(i)));
          }
        }
        case Ternary row -> result.copy(i, a.integer(i) != 0 ? in.get(1) : in.get(2), i);
        case Cast cast -> cast(cast.to(), a, result, i);
      }
    }
    return result;
  }

  private static void cast(DType to, Dense in, Dense out, int i) {
    if (to.isFloat()) {
      out.set(i, Rounding.to(to, in.get(i)));
    } else if (in.real()) {
      out.set(i, in.get(i));
    } else {
      out.setInteger(i, in.integer(i));
    }
  }

  private static Dense fused(Fused op, List<Dense> in, Aval out) {
    List<Dense> registers = new ArrayList<>();
    for (Fused.Instruction instruction : op.program()) {
      Aval aval = out.withDType(instruction.dtype());
      registers.add(
          switch (instruction) {
            case Fused.Load load -> in.get(load.input());
            case Fused.Const constant -> {
              Dense value = new Dense(aval);
              for (int i = 0; i < value.size(); i++) {
                put(value, i, constant.value());
              }
              yield value;
            }
            case Fused.Apply apply -> {
              List<Dense> operands = new ArrayList<>();
              for (int r : new int[] {apply.a(), apply.b(), apply.c()}) {
                if (r >= 0) {
                  operands.add(registers.get(r));
                }
              }
              yield pointwise(apply.op(), operands, aval);
            }
          });
    }
    return registers.getLast();
  }

  /** {@return for each element of a shape its position among the kept elements} */
  private static long[] targets(Shape in, Shape kept) {
    long[] strides = kept.strides();
    for (int i = 0; i < strides.length; i++) {
      strides[i] = kept.dim(i) == 1 ? 0 : strides[i];
    }
    return Elements.positions(in, strides, 0);
  }

  private static Dense reduce(Reduce op, Dense in, Aval out) {
    Reduction row = op.row();
    Dense result = new Dense(out);
    long[] to = targets(in.shape(), out.shape());
    boolean[] started = new boolean[result.size()];
    DoubleBinaryOperator join = row.join();
    LongBinaryOperator integer =
        switch (row) {
          case MAX -> Binary.MAXIMUM.integer(out.dtype());
          case MIN -> Binary.MINIMUM.integer(out.dtype());
          default -> row.joinIntegers();
        };
    for (int i = 0; i < to.length; i++) {
      int t = (int) to[i];
      if (!started[t]) {
        started[t] = true;
        result.copy(t, in, i);
      } else if (in.real() || integer == null) {
        result.set(t, join.applyAsDouble(result.get(t), in.get(i)));
      } else {
        result.setInteger(t, integer.applyAsLong(result.integer(t), in.integer(i)));
      }
    }
    long count = op.axes().count(in.shape());
    for (int t = 0; t < started.length; t++) {
      if (!started[t]) {
        result.set(t, row.empty());
      }
      if (row.average()) {
        result.set(t, result.get(t) / count);
      }
    }
    return result;
  }

  private static Dense argReduce(ArgReduce op, Dense in, Aval out) {
    Dense result = new Dense(out);
    long[] to = targets(in.shape(), out.shape());
    int[] best = new int[result.size()];
    java.util.Arrays.fill(best, -1);
    long stride = in.shape().strides()[op.axis()];
    long size = in.shape().dim(op.axis());
    for (int i = 0; i < to.length; i++) {
      int t = (int) to[i];
      if (best[t] < 0 || beats(in, i, best[t], op.largest())) {
        best[t] = i;
        result.setInteger(t, i / stride % size);
      }
    }
    return result;
  }

  private static boolean beats(Dense in, int i, int best, boolean largest) {
    if (!in.real()) {
      long x = in.integer(i);
      long y = in.integer(best);
      int sign = in.aval.dtype() == DType.U64 ? Long.compareUnsigned(x, y) : Long.compare(x, y);
      return largest ? sign > 0 : sign < 0;
    }
    double value = in.get(i);
    double other = in.get(best);
    if (Double.isNaN(other)) {
      return false;
    }
    return Double.isNaN(value) || (largest ? value > other : value < other);
  }

  private static Dense matmul(Dense a, Dense b, Aval out) {
    Dense result = new Dense(out);
    int m = (int) a.shape().dim(-2);
    int k = (int) a.shape().dim(-1);
    int n = (int) b.shape().dim(-1);
    for (int i = 0; i < result.size(); i++) {
      int batch = i / (m * n);
      int row = i / n % m;
      int column = i % n;
      double sum = 0;
      for (int j = 0; j < k; j++) {
        sum += a.get((batch * m + row) * k + j) * b.get((batch * k + j) * n + column);
      }
      result.set(i, sum);
    }
    return result;
  }
}

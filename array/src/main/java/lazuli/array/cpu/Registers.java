package lazuli.array.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import lazuli.array.op.Aval;
import lazuli.array.op.Binary;
import lazuli.array.op.Cast;
import lazuli.array.op.Fill;
import lazuli.array.op.Fused;
import lazuli.array.op.Node;
import lazuli.array.op.Parameter;
import lazuli.array.op.Pointwise;
import lazuli.array.op.Rule;
import lazuli.array.op.Source;
import lazuli.array.op.Ternary;
import lazuli.array.op.Unary;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * A fused program translated to loops over slots. Slots are blocks of elements: first one for each
 * operand, then constants and intermediate results, which share blocks when their lives do not
 * overlap; the last is the output.
 *
 * @param inputs the type of each operand
 * @param constants what is in a slot from the start
 * @param steps the loops, in order
 * @param slots how many blocks, without the output
 */
record Registers(List<DType> inputs, List<Constant> constants, List<Step> steps, int slots) {
  /**
   * A slot that never changes.
   *
   * @param slot which
   * @param bank how its elements lie
   * @param value what every element is
   */
  record Constant(int slot, Bank bank, Number value) {
    void fill(long to, int n, Number[] parameters) {
      Number value = Parameter.in(this.value, parameters);
      switch (bank) {
        case F32 -> Movers.fill4(Float.floatToRawIntBits(value.floatValue()), to, n);
        case F64 -> Movers.fill8(Double.doubleToRawLongBits(value.doubleValue()), to, n);
        case I32 -> Movers.fill4((int) value.longValue(), to, n);
        case I64 -> Movers.fill8(value.longValue(), to, n);
      }
    }
  }

  /**
   * One loop over slots.
   *
   * @param loop what computes it
   * @param form the same as vector code, or null when only the loop can
   */
  record Step(Loop loop, @Nullable VectorForm form, int to, int a, int b, int c) implements Stage {
    @Override
    public void run(long[] at, int n) {
      loop.run(at[to], at[a], at[b], at[c], n);
    }
  }

  /** The number of the output's slot. */
  int output() {
    return slots;
  }

  /** Whether every type of the program has registers. */
  static boolean holds(Fused program) {
    return program.program().stream().allMatch(i -> Bank.of(i.dtype()) != null);
  }

  static Registers of(Fused program, int inputs) {
    return of(program, inputs, true);
  }

  /** The program; its result in memory, or left as a register holds it. */
  static Registers of(Fused program, int inputs, boolean store) {
    return new Translation(inputs).translate(program, store);
  }

  /** One value on its way: what it is, where it lives, and who reads it last. */
  private static final class Translation {
    private record Value(DType dtype, int slot) {}

    private record Draft(
        Loop loop, @Nullable VectorForm form, Value to, Value a, Value b, Value c) {}

    private final DType[] inputs;
    private final List<Constant> constants = new ArrayList<>();
    private final Map<Object, Value> known = new HashMap<>();
    private final List<Draft> drafts = new ArrayList<>();
    private int values;

    Translation(int inputs) {
      this.inputs = new DType[inputs];
      this.values = inputs;
    }

    Registers translate(Fused program, boolean store) {
      List<Value> registers = new ArrayList<>();
      for (Fused.Instruction i : program.program()) {
        registers.add(
            switch (i) {
              case Fused.Load l -> {
                inputs[l.input()] = l.dtype();
                yield new Value(l.dtype(), l.input());
              }
              case Fused.Const c -> constant(c.dtype(), c.value());
              case Fused.Apply a ->
                  apply(
                      a.op(),
                      a.dtype(),
                      registers.get(a.a()),
                      a.b() < 0 ? null : registers.get(a.b()),
                      a.c() < 0 ? null : registers.get(a.c()));
            });
      }
      Value last = store ? unrounded(program, registers) : registers.getLast();
      Value result = new Value(last.dtype, values++);
      boolean ownStep = !drafts.isEmpty() && drafts.getLast().to.equals(last);
      if (ownStep && (!store || Bank.direct(program.dtype()))) {
        Draft d = drafts.removeLast();
        drafts.add(new Draft(d.loop, d.form, result, d.a, d.b, d.c));
      } else if (store) {
        Bank bank = Objects.requireNonNull(Bank.of(last.dtype));
        VectorForm form = Bank.direct(program.dtype()) ? VectorForm.same(bank) : null;
        emit(Movers.store(program.dtype()), form, result, last, null, null);
      } else {
        Bank bank = Objects.requireNonNull(Bank.of(last.dtype));
        long bytes = bank.bytes();
        Loop copy = (to, a, b, c, n) -> Memory.copy(a, to, bytes * n);
        emit(copy, VectorForm.same(bank), result, last, null, null);
      }
      return assign(result);
    }

    /** The last register; before its cast when storing it rounds in the same way. */
    private Value unrounded(Fused program, List<Value> registers) {
      if (program.program().getLast() instanceof Fused.Apply a
          && a.op() instanceof Cast
          && a.dtype().isHalf()
          && Bank.of(registers.get(a.a()).dtype) == Bank.F32) {
        drafts.removeLast();
        return registers.get(a.a());
      }
      return registers.getLast();
    }

    private Value constant(DType dtype, Number value) {
      Bank bank = Objects.requireNonNull(Bank.of(dtype));
      return known.computeIfAbsent(
          new Constant(-1, bank, value),
          k -> {
            constants.add(new Constant(values, bank, value));
            return new Value(dtype, values++);
          });
    }

    private Value fresh(DType dtype) {
      return new Value(dtype, values++);
    }

    private void emit(
        Loop loop,
        @Nullable VectorForm form,
        Value to,
        Value a,
        @Nullable Value b,
        @Nullable Value c) {
      drafts.add(new Draft(loop, form, to, a, b == null ? a : b, c == null ? a : c));
    }

    private Value apply(Pointwise op, DType dtype, Value a, @Nullable Value b, @Nullable Value c) {
      Bank bank = Objects.requireNonNull(Bank.of(a.dtype));
      if (op instanceof Unary row && !Loops.vectorised(row, bank) && row.parts() != null) {
        return parts(row, a);
      }
      Value to = fresh(dtype);
      VectorForm form = VectorForm.of(op, a.dtype, dtype);
      switch (op) {
        case Unary row -> emit(Loops.unary(row, bank), form, to, a, null, null);
        case Binary row -> emit(Loops.binary(row, bank), form, to, a, b, null);
        case Ternary row ->
            emit(Loops.where(Objects.requireNonNull(Bank.of(dtype))), form, to, a, b, c);
        case Cast cast -> emit(CastLoops.of(a.dtype, dtype), form, to, a, null, null);
      }
      if (NarrowTypes.wraps(dtype) && rule(op) != Rule.COMPARE && rule(op) != Rule.LOGICAL) {
        emit(CastLoops.of(dtype, dtype), VectorForm.wrap(dtype), to, to, null, null);
      }
      return to;
    }

    private static Rule rule(Pointwise op) {
      return switch (op) {
        case Unary row -> row.rule();
        case Binary row -> row.rule();
        case Ternary row -> Rule.COMPARE;
        case Cast cast -> Rule.COMPARE;
      };
    }

    /** Expands a row that has no vector operator into the rows that it names instead. */
    private Value parts(Unary row, Value a) {
      Node x = Node.of(new Source(new Aval(Shape.SCALAR, a.dtype, Device.CPU)));
      Map<Node, Value> done = new HashMap<>();
      done.put(x, a);
      return expand(Objects.requireNonNull(row.parts()).apply(x), done);
    }

    private Value expand(Node node, Map<Node, Value> done) {
      Value known = done.get(node);
      if (known != null) {
        return known;
      }
      List<Value> operands = new ArrayList<>();
      for (Node in : node.inputs()) {
        operands.add(expand(in, done));
      }
      DType dtype = node.aval().dtype();
      Value value =
          switch (node.op()) {
            case Fill fill -> constant(dtype, fill.value());
            case Pointwise op ->
                apply(
                    op,
                    dtype,
                    operands.get(0),
                    operands.size() > 1 ? operands.get(1) : null,
                    operands.size() > 2 ? operands.get(2) : null);
            default -> throw new IllegalStateException("a pointwise row names " + node);
          };
      done.put(node, value);
      return value;
    }

    /** Gives values blocks; a block is free again after its value was read for the last time. */
    private Registers assign(Value result) {
      int[] last = new int[values];
      for (int i = 0; i < drafts.size(); i++) {
        Draft d = drafts.get(i);
        last[d.a.slot] = last[d.b.slot] = last[d.c.slot] = last[d.to.slot] = i;
      }
      int[] block = new int[values];
      Arrays.fill(block, -1);
      int blocks = inputs.length;
      for (int i = 0; i < inputs.length; i++) {
        block[i] = i;
      }
      List<Constant> placed = new ArrayList<>();
      for (Constant c : constants) {
        block[c.slot] = blocks++;
        placed.add(new Constant(block[c.slot], c.bank, c.value));
      }
      int fixed = blocks;
      List<Integer> free = new ArrayList<>();
      List<int[]> slots = new ArrayList<>();
      for (int i = 0; i < drafts.size(); i++) {
        Draft d = drafts.get(i);
        // Never a block that the same loop reads: elements of different sizes would overtake
        // each other.
        if (block[d.to.slot] < 0 && d.to != result) {
          boolean reuse = !free.isEmpty();
          block[d.to.slot] = reuse ? free.removeLast() : blocks++;
        }
        slots.add(new int[] {block[d.to.slot], block[d.a.slot], block[d.b.slot], block[d.c.slot]});
        for (Value v : List.of(d.a, d.b, d.c, d.to)) {
          int at = block[v.slot];
          if (last[v.slot] == i && at >= fixed && !free.contains(at)) {
            free.add(at);
          }
        }
      }
      List<Step> steps = new ArrayList<>();
      for (int i = 0; i < drafts.size(); i++) {
        int[] s = slots.get(i);
        Draft d = drafts.get(i);
        steps.add(new Step(d.loop, d.form, s[0] < 0 ? blocks : s[0], s[1], s[2], s[3]));
      }
      return new Registers(List.of(inputs), List.copyOf(placed), List.copyOf(steps), blocks);
    }
  }
}

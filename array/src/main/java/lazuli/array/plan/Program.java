package lazuli.array.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import lazuli.array.op.Cast;
import lazuli.array.op.Fill;
import lazuli.array.op.Fused;
import lazuli.array.op.Pointwise;
import lazuli.array.profile.Dispatch;
import lazuli.array.type.Shape;

/** Writes the program of one group of pointwise items. */
final class Program {
  private final List<Planner.Item> items;
  private final int[] slots;
  private final Shape shape;
  private final List<Fused.Instruction> code = new ArrayList<>();
  private final List<Operand> inputs = new ArrayList<>();
  private final List<Dispatch.Cast> casts = new ArrayList<>();
  private final Map<Integer, Integer> registers = new HashMap<>();
  private final Map<Operand, Integer> loads = new HashMap<>();

  Program(List<Planner.Item> items, Groups groups, int[] slots, int root) {
    this.items = items;
    this.slots = slots;
    this.shape = items.get(root).aval.shape();
    TreeSet<Integer> members = new TreeSet<>();
    TreeSet<Integer> open = new TreeSet<>(List.of(root));
    while (!open.isEmpty()) {
      int member = open.pollLast();
      members.add(member);
      for (Planner.Ref in : items.get(member).inputs) {
        if (groups.root(in.item()) == root) {
          open.add(in.item());
        }
      }
    }
    for (int member : members) {
      write(member, members.size() == 1);
    }
  }

  private void write(int number, boolean alone) {
    Planner.Item item = items.get(number);
    int[] from = {-1, -1, -1};
    for (int i = 0; i < item.inputs.size(); i++) {
      from[i] = register(item.inputs.get(i));
    }
    Pointwise op = (Pointwise) item.op;
    if (op instanceof Cast cast) {
      casts.add(
          new Dispatch.Cast(
              cast.operand(),
              code.get(from[0]).dtype(),
              cast.to(),
              alone ? "copy" : "registers",
              cast.origin()));
    }
    code.add(new Fused.Apply(op, from[0], from[1], from[2], item.aval.dtype()));
    registers.put(number, code.size() - 1);
  }

  private int register(Planner.Ref ref) {
    Integer inner = registers.get(ref.item());
    if (inner != null) {
      return inner;
    }
    Planner.Item item = items.get(ref.item());
    if (item.op instanceof Fill fill && slots[ref.item()] < 0) {
      code.add(new Fused.Const(fill.value(), item.aval.dtype()));
      registers.put(ref.item(), code.size() - 1);
      return code.size() - 1;
    }
    Operand operand =
        new Operand(
            slots[ref.item()], item.aval.withShape(shape), ref.layout().expand(shape), ref.place());
    return loads.computeIfAbsent(
        operand,
        o -> {
          inputs.add(o);
          code.add(new Fused.Load(inputs.size() - 1, o.aval().dtype()));
          return code.size() - 1;
        });
  }

  Fused fused() {
    return new Fused(shape, code);
  }

  List<Operand> inputs() {
    return inputs;
  }

  List<Dispatch.Cast> casts() {
    return casts;
  }
}

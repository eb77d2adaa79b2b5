package lazuli.array.cpu;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * Neighbouring steps of a fused program that one generated loop computes. Equal segments have the
 * same loop: neither sizes nor constants are part of it.
 *
 * @param operations in order
 * @param loads the slots that are read from memory, and how their elements lie
 * @param constants the slots of which only the first element is read
 * @param stores the slots that are written to memory, and how their elements lie
 * @param halves the slots among them that hold f16 or bf16 in memory, widened and rounded by the
 *     loop
 * @param wide whether elements of 8 bytes occur: vectors then have as many lanes as hold those
 */
record Segment(
    List<Operation> operations,
    Map<Integer, Bank> loads,
    Map<Integer, Bank> constants,
    Map<Integer, Bank> stores,
    Map<Integer, DType> halves,
    boolean wide) {
  /** C2 gives up on loops that are too long, and silently: see docs/decisions/0016. */
  static final int MOST = 24;

  /** The most slots of memory of one loop: each takes a register for its address. */
  private static final int MOST_SLOTS = 10;

  /** One operation on slots. */
  record Operation(VectorForm form, int to, int a, int b, int c) {
    int operand(int number) {
      return number == 0 ? a : number == 1 ? b : c;
    }
  }

  /**
   * A part of a program: steps first to end - 1, and their segment unless they stay as they are.
   */
  record Part(int first, int end, @Nullable Segment segment) {}

  /** Cuts a program into segments, as long as may be, and steps that have no vector form. */
  static List<Part> cut(Registers program) {
    List<Part> parts = new ArrayList<>();
    int steps = program.steps().size();
    for (int first = 0; first < steps; ) {
      int end = first;
      Segment best = null;
      while (end < steps && end - first < MOST) {
        Segment longer = of(program, first, end + 1);
        if (longer == null) {
          break;
        }
        best = longer;
        end++;
      }
      // The loop of a single step is there already.
      boolean generated = end - first > 1;
      end = Math.max(end, first + 1);
      parts.add(new Part(first, end, generated ? best : null));
      first = end;
    }
    return parts;
  }

  /** The segment of some steps, or null when one loop cannot compute them. */
  private static @Nullable Segment of(Registers program, int first, int end) {
    Map<Integer, Bank> fixed = new HashMap<>();
    program.constants().forEach(c -> fixed.put(c.slot(), c.bank()));
    List<Operation> operations = new ArrayList<>();
    Map<Integer, Bank> loads = new LinkedHashMap<>();
    Map<Integer, Bank> constants = new LinkedHashMap<>();
    Map<Integer, Bank> written = new TreeMap<>();
    boolean wide = false;
    for (Registers.Step s : program.steps().subList(first, end)) {
      VectorForm form = s.form();
      if (form == null) {
        return null;
      }
      Operation o = new Operation(form, s.to(), s.a(), s.b(), s.c());
      for (int i = 0; i < form.operands(); i++) {
        int slot = o.operand(i);
        Bank bank = form.operand(i);
        wide |= bank.bytes() == 8;
        if (fixed.containsKey(slot)) {
          constants.put(slot, bank);
        } else if (!written.containsKey(slot)) {
          loads.put(slot, bank);
        }
      }
      wide |= form.to().bytes() == 8;
      written.put(s.to(), form.to());
      operations.add(o);
    }
    Map<Integer, Bank> stores = new LinkedHashMap<>();
    for (Map.Entry<Integer, Bank> w : written.entrySet()) {
      if (needed(program, w.getKey(), end)) {
        Bank before = loads.get(w.getKey());
        if (before != null && before.bytes() != w.getValue().bytes()) {
          // Elements of different sizes would overtake each other.
          return null;
        }
        stores.put(w.getKey(), w.getValue());
      }
    }
    if (loads.size() + stores.size() > MOST_SLOTS) {
      return null;
    }
    return new Segment(List.copyOf(operations), loads, constants, stores, Map.of(), wide);
  }

  /**
   * The segment of a whole program that reads or writes half types in memory; null when there are
   * none, or when one loop cannot compute it.
   *
   * @param result the type of the program's result
   */
  static @Nullable Segment halves(Registers program, DType result) {
    int steps = program.steps().size();
    Registers.Step last = program.steps().getLast();
    boolean rounds = result.isHalf() && last.form() == null;
    Map<Integer, DType> halves = new LinkedHashMap<>();
    for (int i = 0; i < program.inputs().size(); i++) {
      if (program.inputs().get(i).isHalf()) {
        halves.put(i, program.inputs().get(i));
      }
    }
    if (halves.isEmpty() && !rounds || result.isHalf() && !rounds || steps > MOST) {
      return null;
    }
    Segment all = of(program, 0, rounds ? steps - 1 : steps);
    if (all == null || all.wide || all.loads.size() + 1 > MOST_SLOTS) {
      return null;
    }
    if (!rounds) {
      return new Segment(all.operations, all.loads, all.constants, all.stores, halves, false);
    }
    // The step that rounds is part of the loop: what it reads is stored instead.
    List<Operation> operations = new ArrayList<>(all.operations);
    VectorForm same = VectorForm.same(Bank.F32);
    operations.add(new Operation(same, last.to(), last.a(), last.a(), last.a()));
    Map<Integer, Bank> loads = new LinkedHashMap<>(all.loads);
    boolean made = all.operations.stream().anyMatch(o -> o.to() == last.a());
    if (!made && !all.constants.containsKey(last.a())) {
      loads.put(last.a(), Bank.F32);
    }
    halves.put(last.to(), result);
    return new Segment(
        List.copyOf(operations), loads, all.constants, Map.of(last.to(), Bank.F32), halves, false);
  }

  /** Whether a step from a number on reads what is in a slot, or it is the result. */
  private static boolean needed(Registers program, int slot, int from) {
    for (Registers.Step s : program.steps().subList(from, program.steps().size())) {
      if (s.a() == slot || s.b() == slot || s.c() == slot) {
        return true;
      }
      if (s.to() == slot) {
        return false;
      }
    }
    return slot == program.output();
  }

  /** How a slot's elements lie where an operation reads it. */
  Bank bank(int slot) {
    Bank bank = constants.get(slot);
    return Objects.requireNonNull(bank != null ? bank : loads.get(slot));
  }
}

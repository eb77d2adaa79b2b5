package lazuli.array.attention.term;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A term as a list of instructions on registers, each computed once: registers 0 to 6 hold the
 * variables, in the order of {@link Variable}; every instruction writes the next one.
 */
public final class Program {
  /** The number of variables. */
  public static final int VARIABLES = Variable.values().length;

  /**
   * One instruction.
   *
   * @param op the operation; null for a constant or a lookup
   * @param a the first operand's register
   * @param b the second's
   * @param c the third's
   * @param value the constant
   * @param lookup the lookup, or null
   * @param index its registers
   */
  public record Instruction(
      @org.jspecify.annotations.Nullable TermOp op,
      int a,
      int b,
      int c,
      double value,
      Term.@org.jspecify.annotations.Nullable Lookup lookup,
      int[] index) {}

  /** The values of a lookup's array, and bounds of stretches of them. */
  public interface Table {
    /**
     * {@return an element}
     *
     * @param at its place in row-major order
     */
    double get(long at);

    /**
     * Sets bounds of the elements of a range.
     *
     * @param from the first place
     * @param to the last place
     * @param lo gets the least
     * @param hi gets the most
     * @param register where in both
     */
    void bounds(long from, long to, double[] lo, double[] hi, int register);
  }

  private final List<Instruction> instructions = new ArrayList<>();
  private final Map<Term, Integer> registers = new HashMap<>();
  private final Set<Variable> variables;
  private final int result;

  /**
   * Compiles a term without {@link Term.Data}.
   *
   * @param term the term
   */
  public Program(Term term) {
    variables = term.variables();
    result = compile(term);
  }

  private int compile(Term term) {
    if (term instanceof Term.Use(Variable variable)) {
      return variable.ordinal();
    }
    Integer known = registers.get(term);
    if (known != null) {
      return known;
    }
    int[] at = new int[Math.max(3, term.parts().size())];
    for (int i = 0; i < term.parts().size(); i++) {
      at[i] = compile(term.parts().get(i));
    }
    instructions.add(
        switch (term) {
          case Term.Constant(Kind kind, double value) ->
              new Instruction(null, 0, 0, 0, value, null, at);
          case Term.Apply apply -> new Instruction(apply.op(), at[0], at[1], at[2], 0, null, at);
          case Term.Lookup lookup -> new Instruction(null, 0, 0, 0, 0, lookup, at);
          case Term.Use use -> throw new IllegalStateException("compiled above: " + use);
          case Term.Data data -> throw new IllegalStateException("not resolved: " + data);
        });
    int register = VARIABLES + instructions.size() - 1;
    registers.put(term, register);
    return register;
  }

  /** {@return the instructions in order} */
  public List<Instruction> instructions() {
    return instructions;
  }

  /** {@return the register of the result} */
  public int result() {
    return result;
  }

  /** {@return how many registers it needs} */
  public int size() {
    return VARIABLES + instructions.size();
  }

  /**
   * {@return whether the result depends on a variable}
   *
   * @param variable which
   */
  public boolean uses(Variable variable) {
    return variables.contains(variable);
  }

  /** {@return whether the result depends on arrays} */
  public boolean usesTables() {
    return instructions.stream().anyMatch(i -> i.lookup() != null);
  }

  /**
   * {@return the value of the term}
   *
   * @param r registers, those of the variables set
   * @param tables the arrays, by number
   */
  public double evaluate(double[] r, List<? extends Table> tables) {
    for (int i = 0; i < instructions.size(); i++) {
      Instruction x = instructions.get(i);
      double value;
      if (x.op() != null) {
        value = x.op().apply(r[x.a()], r[x.b()], r[x.c()]);
      } else if (x.lookup() != null) {
        value = tables.get(x.lookup().table()).get(place(x, r));
      } else {
        value = x.value();
      }
      r[VARIABLES + i] = value;
    }
    return r[result];
  }

  private static long place(Instruction x, double[] r) {
    List<Long> dims = java.util.Objects.requireNonNull(x.lookup()).dims();
    long at = 0;
    for (int d = 0; d < dims.size(); d++) {
      long n = dims.get(d);
      at = at * n + Math.clamp((long) r[x.index()[d]], 0, n - 1);
    }
    return at;
  }

  /**
   * Bounds the term over ranges of its variables, by interval arithmetic.
   *
   * @param lo registers of lower bounds, those of the variables set; the result's is filled in
   * @param hi registers of upper bounds, likewise
   * @param tables the arrays, by number; empty when they are not known: then nothing is known of a
   *     lookup
   */
  public void bounds(double[] lo, double[] hi, List<? extends Table> tables) {
    for (int i = 0; i < instructions.size(); i++) {
      Instruction x = instructions.get(i);
      int to = VARIABLES + i;
      if (x.op() != null) {
        x.op().bound(lo, hi, to, x.a(), x.b(), x.c());
      } else if (x.lookup() == null) {
        lo[to] = x.value();
        hi[to] = x.value();
      } else if (tables.isEmpty()) {
        boolean condition = x.lookup().kind() == Kind.CONDITION;
        lo[to] = condition ? 0 : Double.NEGATIVE_INFINITY;
        hi[to] = condition ? 1 : Double.POSITIVE_INFINITY;
      } else {
        lookup(x, lo, hi, to, tables.get(x.lookup().table()));
      }
    }
  }

  /** Bounds over whole stretches of the last dimension, for each place in those before it. */
  private static void lookup(Instruction x, double[] lo, double[] hi, int to, Table table) {
    List<Long> dims = java.util.Objects.requireNonNull(x.lookup()).dims();
    int rank = dims.size();
    long[] first = new long[rank];
    long[] last = new long[rank];
    for (int d = 0; d < rank; d++) {
      long n = dims.get(d);
      first[d] = Math.clamp((long) lo[x.index()[d]], 0, n - 1);
      last[d] = Math.clamp((long) hi[x.index()[d]], 0, n - 1);
    }
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    long[] at = Arrays.copyOf(first, rank);
    while (true) {
      long base = 0;
      for (int d = 0; d < rank; d++) {
        base = base * dims.get(d) + (d == rank - 1 ? first[d] : at[d]);
      }
      table.bounds(base, base + (rank == 0 ? 0 : last[rank - 1] - first[rank - 1]), lo, hi, to);
      least = Math.min(least, lo[to]);
      most = Math.max(most, hi[to]);
      int d = rank - 2;
      while (d >= 0 && at[d] == last[d]) {
        at[d] = first[d];
        d--;
      }
      if (d < 0) {
        break;
      }
      at[d]++;
    }
    boolean known = least <= most;
    lo[to] = known ? least : Double.NEGATIVE_INFINITY;
    hi[to] = known ? most : Double.POSITIVE_INFINITY;
  }
}

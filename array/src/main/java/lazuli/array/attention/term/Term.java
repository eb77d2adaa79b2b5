package lazuli.array.attention.term;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import lazuli.array.op.Node;

/**
 * An expression over the indices of one score: immutable, compared by structure. A mask is a
 * condition; a score modification is a number that may depend on the score.
 */
public sealed interface Term {
  /** {@return what it stands for} */
  Kind kind();

  /**
   * A number that is the same everywhere.
   *
   * @param kind what it stands for
   * @param value the number; 1 or 0 for a condition
   */
  record Constant(Kind kind, double value) implements Term {
    @Override
    public String toString() {
      if (kind == Kind.CONDITION) {
        return value != 0 ? "true" : "false";
      }
      return kind == Kind.INDEX ? Long.toString((long) value) : Double.toString(value);
    }
  }

  /**
   * An index, a size or the score.
   *
   * @param variable which
   */
  record Use(Variable variable) implements Term {
    @Override
    public Kind kind() {
      return variable.kind();
    }

    @Override
    public String toString() {
      return variable.text();
    }
  }

  /**
   * An operation on other terms.
   *
   * @param op the operation
   * @param kind what the result stands for
   * @param args the operands
   */
  record Apply(TermOp op, Kind kind, List<Term> args) implements Term {
    /** Copies the list. */
    public Apply {
      args = List.copyOf(args);
    }

    @Override
    public String toString() {
      Object[] texts = new Object[args.size()];
      boolean call = op.text().contains("(");
      for (int i = 0; i < texts.length; i++) {
        Term arg = args.get(i);
        boolean plain = call || !(arg instanceof Apply inner) || inner.op.text().contains("(");
        texts[i] = plain ? arg.toString() : "(" + arg + ")";
      }
      return String.format(java.util.Locale.ROOT, op.text(), texts);
    }
  }

  /**
   * An element of an array that is named by the user.
   *
   * @param kind what it stands for
   * @param table the array
   * @param index where, one for each dimension
   */
  record Data(Kind kind, Node table, List<Term> index) implements Term {
    /** Copies the list. */
    public Data {
      index = List.copyOf(index);
    }

    @Override
    public String toString() {
      return table.aval() + index.toString();
    }
  }

  /**
   * An element of an operand of the attention.
   *
   * @param kind what it stands for
   * @param table the number of the operand among the tables
   * @param dims the operand's sizes
   * @param index where, one for each dimension
   */
  record Lookup(Kind kind, int table, List<Long> dims, List<Term> index) implements Term {
    /** Copies the lists. */
    public Lookup {
      dims = List.copyOf(dims);
      index = List.copyOf(index);
    }

    @Override
    public String toString() {
      return "table" + table + index;
    }
  }

  /** {@return the operands} */
  default List<Term> parts() {
    return switch (this) {
      case Constant c -> List.of();
      case Use u -> List.of();
      case Apply a -> a.args();
      case Data d -> d.index();
      case Lookup l -> l.index();
    };
  }

  /** {@return the indices, sizes and the score that it depends on} */
  default Set<Variable> variables() {
    Set<Variable> all = new LinkedHashSet<>();
    collect(this, all);
    return all;
  }

  private static void collect(Term term, Set<Variable> to) {
    if (term instanceof Use(Variable variable)) {
      to.add(variable);
    }
    term.parts().forEach(part -> collect(part, to));
  }

  /**
   * {@return the same with arrays replaced by operands}
   *
   * @param tables the arrays so far; those of this term are added
   */
  default Term resolved(List<Node> tables) {
    return switch (this) {
      case Constant c -> c;
      case Use u -> u;
      case Lookup l -> l;
      case Apply a -> new Apply(a.op(), a.kind(), resolved(a.args(), tables));
      case Data d -> {
        int at = tables.indexOf(d.table());
        if (at < 0) {
          at = tables.size();
          tables.add(d.table());
        }
        List<Long> dims = new ArrayList<>();
        for (long dim : d.table().aval().shape().dims()) {
          dims.add(dim);
        }
        yield new Lookup(d.kind(), at, dims, resolved(d.index(), tables));
      }
    };
  }

  private static List<Term> resolved(List<Term> terms, List<Node> tables) {
    List<Term> all = new ArrayList<>();
    terms.forEach(term -> all.add(term.resolved(tables)));
    return all;
  }

  /**
   * {@return the same with a term in the place of a variable}
   *
   * @param variable which
   * @param by the term
   */
  default Term replaced(Variable variable, Term by) {
    return switch (this) {
      case Constant c -> c;
      case Use u -> u.variable() == variable ? by : u;
      case Apply a -> new Apply(a.op(), a.kind(), replaced(a.args(), variable, by));
      case Data d -> new Data(d.kind(), d.table(), replaced(d.index(), variable, by));
      case Lookup l -> new Lookup(l.kind(), l.table(), l.dims(), replaced(l.index(), variable, by));
    };
  }

  private static List<Term> replaced(List<Term> terms, Variable variable, Term by) {
    return terms.stream().map(term -> term.replaced(variable, by)).toList();
  }

  /**
   * {@return an operation on terms, computed at once when all are constants}
   *
   * @param op the operation
   * @param kind what the result stands for
   * @param args the operands
   */
  static Term of(TermOp op, Kind kind, Term... args) {
    double[] values = new double[3];
    for (int i = 0; i < args.length; i++) {
      if (!(args[i] instanceof Constant(Kind k, double value))) {
        return new Apply(op, kind, List.of(args));
      }
      values[i] = value;
    }
    return new Constant(kind, op.apply(values[0], values[1], values[2]));
  }

  /**
   * {@return a whole number}
   *
   * @param value the number
   */
  static Term index(long value) {
    return new Constant(Kind.INDEX, value);
  }

  /**
   * {@return a number}
   *
   * @param value the number
   */
  static Term number(double value) {
    return new Constant(Kind.NUMBER, value);
  }
}

package lazuli.gpu.kernels;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lazuli.array.attention.term.Term;
import lazuli.array.attention.term.TermOp;
import lazuli.array.attention.term.Variable;
import lazuli.array.op.Unary;
import lazuli.array.type.DType;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Conversion;
import lazuli.gpu.ptx.Element;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.ptx.Operators;
import lazuli.gpu.ptx.Reg;
import org.jspecify.annotations.Nullable;

/**
 * Writes a mask or a score change as PTX, from the tree that the processor's kernels run too. Whole
 * numbers are integers of 32 bits, or of 64 where the shapes need them; numbers are f64 in masks,
 * where a comparison must decide as it does elsewhere, and f32 in scores.
 */
final class TermCode {
  private final Code c;
  private final Term term;
  private final Table[] tables;
  private final Kind index;
  private final Kind number;

  /** An array that the term looks at: its address, its strides and its type. */
  record Table(Reg base, Reg[] steps, DType type) {}

  /**
   * Prepares a term.
   *
   * @param wide whether whole numbers need 64 bits
   */
  TermCode(Code c, Term term, Table[] tables, boolean wide) {
    this.c = c;
    this.term = term;
    this.tables = tables;
    index = wide ? Kind.B64 : Kind.B32;
    number = term.kind() == lazuli.array.attention.term.Kind.CONDITION ? Kind.F64 : Kind.F32;
  }

  /** What is known of a row of scores: variables, and the parts of the term that need no more. */
  static final class Row {
    private final Map<Term, Reg> known = new HashMap<>();

    private Row() {}
  }

  /** {@return a row, with the parts of the term that are the same for all of its keys} */
  Row row(Reg batch, Reg head, Reg query, Reg queries, Reg keys) {
    Row row = new Row();
    Reg[] values = {batch, head, query, queries, keys};
    Variable[] names = {
      Variable.BATCH, Variable.HEAD, Variable.QUERY, Variable.QUERIES, Variable.KEYS
    };
    Set<Variable> used = term.variables();
    for (int i = 0; i < names.length; i++) {
      if (used.contains(names[i])) {
        row.known.put(new Term.Use(names[i]), whole(values[i]));
      }
    }
    steady(term, row.known);
    return row;
  }

  private void steady(Term part, Map<Term, Reg> known) {
    Set<Variable> needs = part.variables();
    if (!needs.contains(Variable.KEY) && !needs.contains(Variable.SCORE)) {
      write(part, known);
    } else {
      part.parts().forEach(p -> steady(p, known));
    }
  }

  private Reg whole(Reg x) {
    return index == Kind.B32 ? x : c.b64("cvt.s64.s32", x);
  }

  /**
   * {@return the term for a key: a truth value, or an f32}
   *
   * @param key the key's position
   * @param score the score; not looked at by masks
   */
  Reg at(Row row, Reg key, @Nullable Reg score) {
    Map<Term, Reg> known = new HashMap<>(row.known);
    known.put(new Term.Use(Variable.KEY), whole(key));
    if (score != null) {
      known.put(new Term.Use(Variable.SCORE), score);
    }
    Reg value = write(term, known);
    return term.kind() == lazuli.array.attention.term.Kind.INDEX
        ? converted(value, Kind.F32)
        : value;
  }

  private Reg write(Term part, Map<Term, Reg> known) {
    Reg before = known.get(part);
    if (before != null) {
      return before;
    }
    Reg value =
        switch (part) {
          case Term.Constant(var kind, double x) -> constant(kind, x);
          case Term.Apply apply -> applied(apply, known);
          case Term.Lookup lookup -> element(lookup, known);
          case Term.Use use -> throw new IllegalStateException("no value of " + use);
          case Term.Data data -> throw new IllegalStateException("not resolved: " + data);
        };
    known.put(part, value);
    return value;
  }

  private Reg constant(lazuli.array.attention.term.Kind kind, double x) {
    return switch (kind) {
      case INDEX -> index == Kind.B32 ? c.b32("mov.u32", (int) x) : c.b64("mov.u64", (long) x);
      case CONDITION -> c.pred("setp.ne.s32", c.b32("mov.u32", x != 0 ? 1 : 0), 0);
      case NUMBER -> number == Kind.F32 ? c.f32("mov.f32", (float) x) : c.f64("mov.f64", x);
    };
  }

  private Kind kind(lazuli.array.attention.term.Kind kind) {
    return switch (kind) {
      case INDEX -> index;
      case CONDITION -> Kind.PRED;
      case NUMBER -> number;
    };
  }

  /** {@return a whole number as a number; others as they are} */
  private Reg converted(Reg x, Kind to) {
    if (x.kind() == to) {
      return x;
    }
    String from = x.kind() == Kind.B32 ? ".s32" : ".s64";
    return c.as(to, "cvt.rn" + suffix(to) + from, x);
  }

  private static String suffix(Kind kind) {
    return switch (kind) {
      case B32 -> ".s32";
      case B64 -> ".s64";
      case F32 -> ".f32";
      case F64 -> ".f64";
      case PRED, B16 -> throw new IllegalStateException("no arithmetic in " + kind);
    };
  }

  private Reg applied(Term.Apply x, Map<Term, Reg> known) {
    Reg[] in = new Reg[x.args().size()];
    for (int i = 0; i < in.length; i++) {
      in[i] = write(x.args().get(i), known);
    }
    return switch (x.op()) {
      case AND -> c.pred("and.pred", in[0], in[1]);
      case OR -> c.pred("or.pred", in[0], in[1]);
      case NOT -> c.pred("not.pred", in[0]);
      case LT -> compared("lt", in);
      case LE -> compared("le", in);
      case EQ -> compared("eq", in);
      case WHERE -> {
        Kind to = kind(x.kind());
        yield c.as(to, select(to), converted(in[1], to), converted(in[2], to), in[0]);
      }
      default -> computed(x.op(), kind(x.kind()), in);
    };
  }

  private static String select(Kind kind) {
    return switch (kind) {
      case B32 -> "selp.b32";
      case B64 -> "selp.b64";
      default -> "selp" + suffix(kind);
    };
  }

  private Reg compared(String how, Reg[] in) {
    Kind common = in[0].kind() == in[1].kind() ? in[0].kind() : number;
    return c.pred(
        "setp." + how + suffix(common), converted(in[0], common), converted(in[1], common));
  }

  private Reg computed(TermOp op, Kind kind, Reg[] given) {
    Reg a = converted(given[0], kind);
    Reg b = given.length > 1 ? converted(given[1], kind) : a;
    boolean real = kind == Kind.F32 || kind == Kind.F64;
    DType type =
        switch (kind) {
          case B32 -> DType.I32;
          case B64 -> DType.I64;
          case F32 -> DType.F32;
          default -> DType.F64;
        };
    String t = suffix(kind);
    String rounded = real ? ".rn" : "";
    return switch (op) {
      case ADD -> c.as(kind, "add" + rounded + t, a, b);
      case SUB -> c.as(kind, "sub" + rounded + t, a, b);
      case MUL -> c.as(kind, (real ? "mul.rn" : "mul.lo") + t, a, b);
      case DIV -> c.as(kind, "div.rn" + t, a, b);
      case MIN -> Operators.apply(c, lazuli.array.op.Binary.MINIMUM, type, a, b);
      case MAX -> Operators.apply(c, lazuli.array.op.Binary.MAXIMUM, type, a, b);
      case NEG -> Operators.apply(c, Unary.NEG, type, a);
      case ABS -> Operators.apply(c, Unary.ABS, type, a);
      case EXP -> Operators.apply(c, Unary.EXP, type, a);
      case LOG -> Operators.apply(c, Unary.LOG, type, a);
      case SQRT -> Operators.apply(c, Unary.SQRT, type, a);
      case TANH -> Operators.apply(c, Unary.TANH, type, a);
      case FLOOR_DIV -> floor(kind, a, b)[0];
      case FLOOR_MOD -> floor(kind, a, b)[1];
      case LT, LE, EQ, AND, OR, NOT, WHERE -> throw new IllegalStateException("written above");
    };
  }

  /** {@return quotient rounded down, and remainder, of whole numbers} */
  private Reg[] floor(Kind kind, Reg a, Reg b) {
    String t = suffix(kind);
    String bits = kind == Kind.B32 ? ".b32" : ".b64";
    Reg quotient = c.as(kind, "div" + t, a, b);
    Reg rest = c.as(kind, "sub" + t, a, c.as(kind, "mul.lo" + t, quotient, b));
    // The instruction rounds towards zero: one less where a rest has not the divisor's sign.
    Reg other = c.pred("setp.lt" + t, c.as(kind, "xor" + bits, rest, b), 0);
    Reg off = c.pred("and.pred", other, c.pred("setp.ne" + t, rest, 0));
    Reg down = c.as(kind, "selp" + bits, -1, 0, off);
    Reg more = c.as(kind, "selp" + bits, b, 0, off);
    return new Reg[] {c.as(kind, "add" + t, quotient, down), c.as(kind, "add" + t, rest, more)};
  }

  /** {@return an element; a place outside the array is moved to its border} */
  private Reg element(Term.Lookup lookup, Map<Term, Reg> known) {
    Table table = tables[lookup.table()];
    String t = suffix(index);
    Reg offset = null;
    for (int d = 0; d < lookup.dims().size(); d++) {
      Reg place = write(lookup.index().get(d), known);
      place = c.as(index, "min" + t, place, lookup.dims().get(d) - 1);
      place = c.as(index, "max" + t, place, 0);
      Reg far = index == Kind.B64 ? place : c.b64("cvt.u64.u32", place);
      offset =
          offset == null
              ? c.b64("mul.lo.s64", far, table.steps[d])
              : c.b64("mad.lo.s64", far, table.steps[d], offset);
    }
    Reg at = offset == null ? table.base : Emit.address(c, table.base, offset, table.type.bytes());
    Reg x = Element.load(c, ".global", table.type, Code.at(at, 0));
    return switch (lookup.kind()) {
      case INDEX -> Conversion.cast(c, table.type, index == Kind.B32 ? DType.I32 : DType.I64, x);
      case CONDITION -> c.pred("setp.ne.s32", x, 0);
      case NUMBER -> Conversion.cast(c, table.type, number == Kind.F32 ? DType.F32 : DType.F64, x);
    };
  }

  /** {@return the tables' parameters: an address and strides each} */
  static Table[] params(Code c, List<ScoreRules.TableForm> forms) {
    Table[] tables = new Table[forms.size()];
    for (int i = 0; i < tables.length; i++) {
      ScoreRules.TableForm form = forms.get(i);
      tables[i] = new Table(c.param(Kind.B64), Walk.stepParams(c, form.rank()), form.type());
    }
    return tables;
  }
}

package lazuli.array.attention.term;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The derivative of a term with respect to the score. */
public final class Derivative {
  private static final Term ZERO = Term.number(0);
  private static final Term ONE = Term.number(1);

  private Derivative() {}

  /** {@return the derivative} */
  public static Term of(Term term) {
    return switch (term) {
      case Term.Constant c -> ZERO;
      case Term.Use use -> use.variable() == Variable.SCORE ? ONE : ZERO;
      case Term.Lookup lookup -> ZERO;
      case Term.Data data -> ZERO;
      case Term.Apply apply when !apply.variables().contains(Variable.SCORE) -> ZERO;
      case Term.Apply apply -> of(apply, apply.args());
    };
  }

  private static Term of(Term.Apply x, List<Term> args) {
    Term a = args.get(0);
    @Nullable Term b = args.size() > 1 ? args.get(1) : null;
    Term da = of(a);
    Term db = b == null ? ZERO : of(b);
    Term other = b == null ? ZERO : b;
    return switch (x.op()) {
      case ADD -> add(da, db);
      case SUB -> sub(da, db);
      case MUL -> add(mul(da, other), mul(a, db));
      case DIV -> sub(div(da, other), div(mul(x, db), other));
      case NEG -> sub(ZERO, da);
      case ABS -> where(less(a, ZERO), sub(ZERO, da), da);
      case EXP -> mul(x, da);
      case LOG -> div(da, a);
      case SQRT -> div(mul(Term.number(0.5), da), x);
      case TANH -> mul(sub(ONE, mul(x, x)), da);
      case MIN -> where(less(other, a), db, da);
      case MAX -> where(less(a, other), db, da);
      case WHERE -> where(a, of(other), of(args.get(2)));
      case FLOOR_DIV, FLOOR_MOD, LT, LE, EQ, AND, OR, NOT -> ZERO;
    };
  }

  private static Term add(Term a, Term b) {
    return a.equals(ZERO) ? b : b.equals(ZERO) ? a : Term.of(TermOp.ADD, Kind.NUMBER, a, b);
  }

  private static Term sub(Term a, Term b) {
    return b.equals(ZERO) ? a : Term.of(TermOp.SUB, Kind.NUMBER, a, b);
  }

  private static Term mul(Term a, Term b) {
    if (a.equals(ZERO) || b.equals(ZERO)) {
      return ZERO;
    }
    return a.equals(ONE) ? b : b.equals(ONE) ? a : Term.of(TermOp.MUL, Kind.NUMBER, a, b);
  }

  private static Term div(Term a, Term b) {
    return a.equals(ZERO) ? ZERO : Term.of(TermOp.DIV, Kind.NUMBER, a, b);
  }

  private static Term less(Term a, Term b) {
    return Term.of(TermOp.LT, Kind.CONDITION, a, b);
  }

  private static Term where(Term condition, Term a, Term b) {
    return a.equals(b) ? a : Term.of(TermOp.WHERE, Kind.NUMBER, condition, a, b);
  }
}

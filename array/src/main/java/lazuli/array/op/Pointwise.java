package lazuli.array.op;

/**
 * An operation on each element by itself. Operands broadcast. Backends meet these only inside a
 * {@link Fused} program.
 */
public sealed interface Pointwise extends Op permits Unary, Binary, Ternary, Cast {}

package lazuli.array.op;

/** An operation defined by core operations, for which a backend may offer a faster kernel. */
public non-sealed interface Composite extends Op {}

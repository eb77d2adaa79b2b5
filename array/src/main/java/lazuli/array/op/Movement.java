package lazuli.array.op;

/** An operation that only looks at memory differently: it costs nothing and reaches no backend. */
public sealed interface Movement extends Op permits Reshape, Permute, Expand, Slice, Detach {}

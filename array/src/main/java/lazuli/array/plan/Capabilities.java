package lazuli.array.plan;

import lazuli.array.backend.Backend;

/**
 * What a plan may use: an immutable snapshot, so that explaining and evaluating agree.
 *
 * @param kind the name of the backend in use
 * @param backend whose kernels and memory are used
 * @param reference the float64 interpreter, which knows every operation
 */
public record Capabilities(String kind, Backend backend, Backend reference) {}

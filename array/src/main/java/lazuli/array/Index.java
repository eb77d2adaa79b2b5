package lazuli.array;

/**
 * One part of an index in {@code get(...)} and {@code at(...)}: {@code at(3)}, {@code range(0, 4)},
 * {@code all().step(2)}, {@code ELLIPSIS}, {@code NEWAXIS}, an integer array or a bool mask.
 */
public sealed interface Index permits Array, Selector {}

package lazuli.magics.bench;

import java.util.List;
import java.util.function.LongFunction;

/**
 * One named case of the bench.
 *
 * @param name what the command line calls it
 * @param groups names that stand for several cases
 * @param what one line
 * @param make makes the operands from a seed
 */
record Case(String name, List<String> groups, String what, LongFunction<Problem> make) {}

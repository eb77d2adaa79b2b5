package lazuli.magics.bench;

import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One named case of the bench.
 *
 * @param name what the command line calls it
 * @param groups names that stand for several cases
 * @param what one line
 * @param goal what it should reach; null where nothing is promised
 * @param make makes the operands from a seed
 */
record Case(
    String name,
    List<String> groups,
    String what,
    @Nullable Goal goal,
    LongFunction<Problem> make) {}

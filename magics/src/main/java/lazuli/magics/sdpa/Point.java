package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import lazuli.kernel.ext.UsageException;

/**
 * One attention of a grid, before its operands are made.
 *
 * @param dims the sizes
 * @param types of the operands
 * @param mask what {@code --mask} takes
 * @param cache how keys and values are kept
 * @param decode whether there is one query, whatever the lengths
 * @param kernel a kernel's name, or {@code auto}
 * @param tile a tile, or {@code auto}
 * @param label its values along the axes of the grid
 */
record Point(
    Dims dims,
    Types types,
    String mask,
    CacheForm cache,
    boolean decode,
    String kernel,
    String tile,
    List<String> label) {

  /**
   * {@return every combination, the last axis running fastest}
   *
   * @param base what no axis says
   * @param axes of the grid
   */
  static List<Point> grid(Point base, List<Axis> axes) {
    List<Point> points = new ArrayList<>(List.of(base));
    for (Axis axis : axes) {
      List<Point> more = new ArrayList<>();
      for (Point point : points) {
        for (String value : axis.values()) {
          more.add(point.with(axis, value));
        }
      }
      points = more;
    }
    return points;
  }

  private Point with(Axis axis, String value) {
    List<String> longer = new ArrayList<>(label);
    longer.add(value);
    return switch (axis.name()) {
      case "dtype" ->
          new Point(dims, Types.parse(value).getFirst(), mask, cache, decode, kernel, tile, longer);
      case "mask" -> new Point(dims, types, value, cache, decode, kernel, tile, longer);
      case "cache" ->
          new Point(dims, types, mask, cache.withKind(value), decode, kernel, tile, longer);
      case "kv-dtype" ->
          new Point(dims, types, mask, cache.withType(value), decode, kernel, tile, longer);
      case "backend" -> new Point(dims, types, mask, cache, decode, value, tile, longer);
      case "tile" -> new Point(dims, types, mask, cache, decode, kernel, value, longer);
      default -> {
        String size = decode && axis.name().equals("s") ? "tk" : axis.name();
        Dims other = dims.with(size, Long.parseLong(value));
        yield new Point(other, types, mask, cache, decode, kernel, tile, longer);
      }
    };
  }

  /** {@return whether both attend with the same operands, so that only the kernel differs} */
  boolean sharesOperands(Point other) {
    return dims.equals(other.dims)
        && types.equals(other.types)
        && mask.equals(other.mask)
        && cache.equals(other.cache);
  }

  /** {@return bytes of q, k and v} */
  double operandBytes() {
    double bytes = 0;
    bytes += (double) dims.q().size() * Types.bytes(types.q());
    bytes += (double) dims.k().size() * Types.bytes(types.k());
    return bytes + (double) dims.v().size() * Types.bytes(types.v());
  }

  /** {@return bytes of the scores that an unfused kernel writes} */
  double scoreBytes() {
    return 4.0 * dims.b() * dims.hq() * dims.tq() * dims.tk();
  }

  /** {@return the operands, made anew from the seed and evaluated} */
  Setting setting(long seed, Map<String, ?> variables) {
    Setting random = Setting.random(dims, seed);
    return Masks.masked(random, mask, true, variables).as(types).evaluated().kept(cache);
  }

  /** {@return the values along the axes in one line} */
  String name() {
    return label.isEmpty() ? "lazuli" : label.stream().collect(Collectors.joining(" "));
  }

  /** Refuses grids that no machine holds. */
  static void check(List<Point> points, int most) {
    if (points.size() > most) {
      throw new UsageException(
          "the grid has " + points.size() + " points, at most " + most + "; use larger steps");
    }
  }
}

package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lazuli.array.type.ArrayException;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.option.Nearest;

/** The ways to compute one attention that a use of bench, compare or explain asks for. */
final class Variants {
  private Variants() {}

  /** {@return at least one; only compare has several, and rows that are refused} */
  static List<Variant> of(Use use) {
    List<Variant> variants = all(use);
    String baseline = use.options().grid.baseline;
    if (baseline != null) {
      variants = Baseline.first(variants, baseline);
    }
    Variant first = variants.getFirst();
    boolean alone = !use.action().equals("compare") && !use.options().grid.dryRun;
    if (alone && !first.refusal().isEmpty()) {
      throw new UsageException(first.refusal());
    }
    return variants;
  }

  private static List<Variant> all(Use use) {
    OperandOptions options = use.options().operands;
    String action = use.action();
    List<String> names = use.words();
    Map<String, ?> variables = use.variables();
    List<Types> types = options.dtype == null ? List.of(Types.GIVEN) : Types.parse(options.dtype);
    String asked = use.options().mask();
    List<String> masks = Form.list(asked == null ? "none" : asked);
    CacheOptions kept = use.options().caches;
    List<CacheForm> caches = kept.forms();
    List<String> kernels = Kernels.list(options.backend == null ? "auto" : options.backend);
    List<String> tiles = List.of(tileList(use.options().tiles).split(",", -1));
    boolean maskTypes = false;
    String compare = use.options().grid.compare;
    if (compare != null) {
      Axis axis = Axis.parse("--compare", compare);
      switch (axis.name()) {
        case "dtype" -> types = Types.parse(String.join(",", axis.values()));
        case "backend" -> kernels = Kernels.list(String.join(",", axis.values()));
        case "tile" -> tiles = axis.values();
        case "mask" -> {
          maskTypes = axis.values().stream().allMatch(Types::isType);
          if (maskTypes) {
            Types all = types.getFirst();
            types = axis.values().stream().map(value -> all.withMask(value)).toList();
          } else {
            masks = axis.values();
          }
        }
        case "cache", "kv-dtype" -> {
          boolean kinds = axis.name().equals("cache");
          List<String> types0 = kept.type == null ? List.of("") : List.of(kept.type);
          List<String> kinds0 = kept.cache == null ? List.of("contiguous") : List.of(kept.cache);
          caches =
              CacheOptions.forms(kinds ? axis.values() : kinds0, kinds ? types0 : axis.values());
        }
        default ->
            throw new UsageException(
                "--compare takes dtype, mask, backend, tile, cache or kv-dtype; sizes belong to"
                    + " %sdpa sweep --sweep "
                    + compare);
      }
    }
    if (!action.equals("compare")
        && types.size() * masks.size() * kernels.size() * tiles.size() * caches.size() > 1) {
      throw new UsageException(
          "%sdpa "
              + action
              + " takes one dtype, mask, backend, tile and cache; %sdpa compare takes lists");
    }
    tiles.forEach(TileOptions::parse);
    checkNames(names, use.options(), variables);
    masks.forEach(Masks::check);
    Setting base =
        names.isEmpty()
            ? Setting.random(use.options().dims(OperandOptions.DEFAULT_SHAPE), options.seed)
            : Setting.named(names, variables);
    if (kept.decode && base.dims().tq() != 1) {
      throw new UsageException(
          "--decode has one query for each sequence; "
              + names.getFirst()
              + " "
              + base.q().shape()
              + " has "
              + base.dims().tq()
              + ": slice it, "
              + names.getFirst()
              + ".get(\"..., -1:, :\"), or use --shape");
    }
    if (maskTypes && base.mask() == null) {
      base = base.withRandomMask(options.seed);
    }
    List<Variant> variants = new ArrayList<>();
    for (Types type : types) {
      for (String mask : masks) {
        Setting plain = Masks.masked(base, mask, asked != null, variables).as(type).evaluated();
        for (CacheForm cache : caches) {
          Setting setting = checked(kept(plain, cache));
          String kind = caches.size() > 1 ? cache.name() : "";
          for (String kernel : kernels) {
            for (String tile : tiles) {
              String name = name(type, types, mask, masks, kind, kernel, kernels, tile, tiles);
              variants.add(
                  Variant.of(
                      name, setting, kernel.equals("auto") ? "" : kernel, TileOptions.parse(tile)));
            }
          }
        }
      }
    }
    return variants;
  }

  private static void checkNames(
      List<String> names, SdpaOptions options, Map<String, ?> variables) {
    String shape = options.operands.shape;
    String preset = options.tiles.preset;
    if (!names.isEmpty() && shape != null) {
      throw new UsageException(
          "give arrays or --shape, not both; got "
              + String.join(" ", names)
              + " and --shape "
              + shape);
    }
    if (!names.isEmpty() && preset != null) {
      throw new UsageException(
          "give arrays or --preset, not both; got "
              + String.join(" ", names)
              + " and --preset "
              + preset);
    }
    if (names.size() == 1 && !variables.containsKey(names.getFirst())) {
      String word = names.getFirst();
      throw new UsageException(
          "unknown word '"
              + word
              + "'; one of "
              + String.join(" ", Actions.names())
              + ", or Q K V [MASK]"
              + Nearest.hint(word, Actions.names()));
    }
  }

  private static String tileList(TileOptions options) {
    return options.tile == null ? "auto" : options.tile;
  }

  private static Setting kept(Setting plain, CacheForm cache) {
    try {
      return plain.kept(cache);
    } catch (ArrayException wrong) {
      throw new UsageException(Variant.oneLine(wrong));
    }
  }

  /** Shapes that do not fit are the user's error, not a refusal of one kernel. */
  private static Setting checked(Setting setting) {
    try {
      setting.attend("");
      return setting;
    } catch (ArrayException wrong) {
      throw new UsageException(Variant.oneLine(wrong));
    }
  }

  private static String name(
      Types type,
      List<Types> types,
      String mask,
      List<String> masks,
      String cache,
      String kernel,
      List<String> kernels,
      String tile,
      List<String> tiles) {
    List<String> parts = new ArrayList<>();
    if (types.size() > 1 || !type.label().isEmpty()) {
      boolean onlyMask = types.size() > 1 && types.stream().allMatch(type::sameOperands);
      parts.add(onlyMask ? "mask=" + type.mask() : type.label());
    }
    if (masks.size() > 1) {
      parts.add(mask);
    }
    if (!cache.isEmpty()) {
      parts.add(cache);
    }
    if (kernels.size() > 1) {
      parts.add(kernel);
    }
    if (tiles.size() > 1) {
      parts.add(tile);
    }
    return parts.isEmpty() ? "lazuli" : String.join(" ", parts);
  }
}

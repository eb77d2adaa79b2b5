package lazuli.magics.sdpa;

import java.util.List;
import lazuli.kernel.ext.UsageException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How keys and values are kept. */
final class CacheOptions {
  @Option(
      names = "--decode",
      description = "one query against a cache of S keys; see --cache and --kv-dtype")
  boolean decode;

  @Option(
      names = "--cache",
      paramLabel = "KIND",
      description = {
        "of --decode: contiguous, fixed:STEP (memory in steps), paged:N (pages of N tokens);",
        "a list for compare (contiguous)"
      })
  @Nullable String cache;

  @Option(
      names = "--kv-dtype",
      paramLabel = "D",
      description = {
        "what keys and values are kept in: f32 f16 bf16, or codes: int8 int4 f8e4m3;",
        "a list for compare (as --dtype)"
      })
  @Nullable String type;

  /** {@return the ways asked for, checked; one unless lists were given} */
  List<CacheForm> forms() {
    if (cache != null && !decode) {
      throw new UsageException("--cache belongs to --decode, one query against a cache");
    }
    return forms(
        cache == null ? List.of("contiguous") : List.of(cache.split(",", -1)),
        type == null ? List.of("") : List.of(type.split(",", -1)));
  }

  /** {@return every combination} */
  static List<CacheForm> forms(List<String> kinds, List<String> types) {
    List<CacheForm> all = new java.util.ArrayList<>();
    for (String kind : kinds) {
      for (String type : types) {
        CacheForm form = CacheForm.PLAIN.withKind(kind.strip());
        all.add(type.isEmpty() ? form : form.withType(type.strip()));
      }
    }
    return all;
  }

  /** {@return sizes with one query where a cache is read token by token} */
  Dims dims(Dims dims) {
    return decode ? dims.with("tq", 1) : dims;
  }
}

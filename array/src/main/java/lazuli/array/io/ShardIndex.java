package lazuli.array.io;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The index of a model that was saved in several safetensors files: a JSON object whose {@code
 * weight_map} says which file holds which tensor.
 */
final class ShardIndex {
  private static final String ACCEPTED =
      "a JSON object with a weight_map from tensor names to files in the same folder";
  private static final long LONGEST = Safetensors.LONGEST_HEADER;

  private ShardIndex() {}

  static Contents read(Input file) {
    if (file.size() > LONGEST) {
      throw file.damaged(
          "it has " + file.size() + " bytes, more than the " + LONGEST + " allowed", ACCEPTED);
    }
    Map<String, String> places = new LinkedHashMap<>();
    Map<String, Object> metadata = new LinkedHashMap<>();
    boolean[] mapped = new boolean[1];
    try {
      Json json = new Json(file.slice(0, file.size()));
      json.object(
          field -> {
            switch (field) {
              case "weight_map" -> {
                mapped[0] = true;
                json.object(name -> places.put(name, json.string()));
              }
              case "metadata" -> json.object(name -> metadata.put(name, json.scalar()));
              default -> json.skip();
            }
          });
      json.end();
    } catch (Json.Malformed bad) {
      throw file.damaged("it is not as it should be: " + bad.getMessage(), ACCEPTED);
    }
    if (!mapped[0]) {
      throw file.damaged("it has no weight_map", ACCEPTED);
    }
    Map<String, Map<String, Member>> shards = new HashMap<>();
    List<Member> entries = new ArrayList<>();
    places.forEach(
        (name, shard) -> {
          Member entry = shards.computeIfAbsent(shard, s -> shard(file, s, metadata)).get(name);
          if (entry == null) {
            throw file.damaged(
                "it says that \"" + shard + "\" holds \"" + name + "\", which it does not",
                "tensors where the index says");
          }
          entries.add(entry);
        });
    return new Contents(
        file.path(), "sharded safetensors", List.copyOf(entries), Map.copyOf(metadata), List.of());
  }

  private static Map<String, Member> shard(Input file, String name, Map<String, Object> metadata) {
    if (name.isEmpty()
        || name.equals(".")
        || name.equals("..")
        || name.matches("(?s).*[/\\\\\\x00:].*")) {
      throw file.refused(
          "it names the file \"" + name + "\", which is not a plain name",
          "names of files in the same folder",
          "do not trust this index; if it is yours, put the files beside it");
    }
    Contents shard =
        Safetensors.read(Input.open(Path.of(file.path().toString()).resolveSibling(name)));
    shard.metadata().forEach(metadata::putIfAbsent);
    Map<String, Member> entries = new HashMap<>();
    shard.members().forEach(entry -> entries.put(entry.name(), entry));
    return entries;
  }
}

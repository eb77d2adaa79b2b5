package lazuli.compat.bridge;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import lazuli.kernel.ext.MimeBundle;

/** Display data of either API as a bundle: their classes list nothing, but serialise themselves. */
public final class Bundles {
  private static final Gson GSON = new Gson();

  private Bundles() {}

  /**
   * {@return the same representations as a bundle}
   *
   * @param displayData display data of either API
   */
  public static MimeBundle of(Object displayData) {
    JsonObject tree = GSON.toJsonTree(displayData).getAsJsonObject();
    Map<String, String> data = new LinkedHashMap<>();
    if (tree.get("data") instanceof JsonObject all) {
      all.entrySet().forEach(one -> data.put(one.getKey(), text(one.getKey(), one.getValue())));
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    if (tree.get("metadata") instanceof JsonObject all) {
      all.entrySet().forEach(one -> metadata.put(one.getKey(), one.getValue().toString()));
    }
    return new MimeBundle(data, metadata);
  }

  private static String text(String mime, JsonElement value) {
    boolean string = value.isJsonPrimitive() && value.getAsJsonPrimitive().isString();
    return string && !mime.endsWith("json") ? value.getAsString() : value.toString();
  }
}

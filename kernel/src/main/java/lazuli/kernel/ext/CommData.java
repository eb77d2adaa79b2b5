package lazuli.kernel.ext;

import java.util.List;

/**
 * What one message of a {@link Comm} carries.
 *
 * @param json the data as JSON text, an object for most clients
 * @param metadata JSON text of an object; {@code {}} for none
 * @param buffers binary parts, sent as they are
 */
public record CommData(String json, String metadata, List<byte[]> buffers) {
  /** An empty object without buffers. */
  public static final CommData EMPTY = of("{}");

  /** Copies the list. */
  public CommData {
    buffers = List.copyOf(buffers);
  }

  /**
   * {@return data without metadata}
   *
   * @param json the data as JSON text
   * @param buffers binary parts
   */
  public static CommData of(String json, byte[]... buffers) {
    return new CommData(json, "{}", List.of(buffers));
  }
}

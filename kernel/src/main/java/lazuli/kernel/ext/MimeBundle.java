package lazuli.kernel.ext;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One value in several representations, the richest that a client knows is shown.
 *
 * @param data MIME type to content: text, base64 for binary types, or raw JSON for types ending in
 *     {@code json}
 * @param metadata MIME type to raw JSON
 */
public record MimeBundle(Map<String, String> data, Map<String, String> metadata) {
  /** Plain text. */
  public static final String TEXT = "text/plain";

  /** HTML; only inline styles survive in an untrusted notebook. */
  public static final String HTML = "text/html";

  /** A PNG picture. */
  public static final String PNG = "image/png";

  /** Copies the maps, keeping their order. */
  public MimeBundle {
    data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /**
   * {@return a bundle of plain text}
   *
   * @param text the text
   */
  public static MimeBundle text(String text) {
    return new MimeBundle(Map.of(TEXT, text), Map.of());
  }

  /**
   * {@return this bundle with one more representation}
   *
   * @param mime the MIME type
   * @param content text, or raw JSON for a type ending in {@code json}
   */
  public MimeBundle with(String mime, String content) {
    var more = new LinkedHashMap<>(data);
    more.put(mime, content);
    return new MimeBundle(more, metadata);
  }

  /**
   * {@return this bundle with one more binary representation}
   *
   * @param mime the MIME type
   * @param content the bytes
   */
  public MimeBundle with(String mime, byte[] content) {
    return with(mime, new String(Base64.getEncoder().encode(content), StandardCharsets.US_ASCII));
  }
}

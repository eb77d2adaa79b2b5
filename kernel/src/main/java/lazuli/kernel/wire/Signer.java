package lazuli.kernel.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import lazuli.kernel.ext.UsageException;

/** Signs frames with the connection's key; an empty key leaves them unsigned. Thread-safe. */
final class Signer {
  private final boolean signed;
  // It holds the state of one computation, so every thread has its own.
  private final ThreadLocal<Hmac> hashes;

  Signer(ConnectionFile connection) {
    byte[] key = connection.keyBytes();
    signed = key.length > 0;
    String scheme = connection.scheme();
    if (signed) {
      hash(scheme, key);
    }
    hashes = ThreadLocal.withInitial(() -> hash(scheme, key));
  }

  private static Hmac hash(String scheme, byte[] key) {
    try {
      return new Hmac(scheme, key);
    } catch (NoSuchAlgorithmException e) {
      throw new UsageException("signature scheme " + scheme + " is not known here; hmac-sha256 is");
    }
  }

  /** {@return the signature in hexadecimal ASCII; empty when unsigned} */
  byte[] sign(List<byte[]> frames) {
    if (!signed) {
      return new byte[0];
    }
    return HexFormat.of().formatHex(hashes.get().of(frames)).getBytes(StandardCharsets.US_ASCII);
  }

  /** {@return whether a signature fits; takes the same time wherever it differs} */
  boolean verify(byte[] signature, List<byte[]> frames) {
    return !signed || MessageDigest.isEqual(signature, sign(frames));
  }

  /** {@return whether messages carry a signature at all} */
  boolean signed() {
    return signed;
  }
}

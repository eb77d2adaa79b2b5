package lazuli.kernel.wire;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import lazuli.kernel.ext.UsageException;

/** Signs frames with the connection's key; an empty key leaves them unsigned. Thread-safe. */
final class Signer {
  private final boolean signed;
  // A Mac holds the state of one computation, so every thread has its own.
  private final ThreadLocal<Mac> macs;

  Signer(ConnectionFile connection) {
    byte[] key = connection.keyBytes();
    signed = key.length > 0;
    String algorithm = connection.algorithm();
    if (signed) {
      mac(algorithm, key);
    }
    macs = ThreadLocal.withInitial(() -> mac(algorithm, key));
  }

  private static Mac mac(String algorithm, byte[] key) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(key, algorithm));
      return mac;
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new UsageException(
          "signature scheme " + algorithm + " is not known here; hmac-sha256 is");
    }
  }

  /** {@return the signature in hexadecimal ASCII; empty when unsigned} */
  byte[] sign(List<byte[]> frames) {
    if (!signed) {
      return new byte[0];
    }
    Mac mac = macs.get();
    frames.forEach(mac::update);
    return HexFormat.of().formatHex(mac.doFinal()).getBytes(StandardCharsets.US_ASCII);
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

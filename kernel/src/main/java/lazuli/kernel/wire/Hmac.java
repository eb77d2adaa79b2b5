package lazuli.kernel.wire;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A keyed hash of a message: HMAC, RFC 2104, over a hash of the JDK.
 *
 * <p>{@code javax.crypto.Mac} would do, but its first use brings up every security provider of the
 * JDK and its elliptic curves, which was half of what this process does before its sockets answer.
 *
 * <p>Not thread-safe: it holds the state of one computation.
 */
final class Hmac {
  /** The bytes of a block of each hash that {@code signature_scheme} can name in Python. */
  private static final Map<String, Integer> BLOCK =
      Map.of(
          "MD5",
          64,
          "SHA-1",
          64,
          "SHA-224",
          64,
          "SHA-256",
          64,
          "SHA-384",
          128,
          "SHA-512",
          128,
          "SHA3-224",
          144,
          "SHA3-256",
          136,
          "SHA3-384",
          104,
          "SHA3-512",
          72);

  private static final byte INNER = 0x36;
  private static final byte OUTER = 0x5c;

  private final MessageDigest hash;
  private final byte[] inner;
  private final byte[] outer;

  /**
   * Makes the hash of one key.
   *
   * @param scheme a signature scheme of the protocol, such as {@code hmac-sha256}
   * @param key any number of bytes
   * @throws NoSuchAlgorithmException when the scheme's hash is not known
   */
  Hmac(String scheme, byte[] key) throws NoSuchAlgorithmException {
    String name = name(scheme);
    Integer block = BLOCK.get(name);
    if (block == null) {
      throw new NoSuchAlgorithmException(scheme);
    }
    hash = MessageDigest.getInstance(name);
    byte[] whole = Arrays.copyOf(key.length > block ? hash.digest(key) : key, block);
    inner = with(whole, INNER);
    outer = with(whole, OUTER);
  }

  /** {@return the hash as Java names it, of a scheme such as {@code hmac-sha3_256}} */
  private static String name(String scheme) {
    String given = scheme.toUpperCase(Locale.ROOT).replaceFirst("^HMAC-", "").replace('_', '-');
    return given.matches("SHA[0-9]+") ? "SHA-" + given.substring("SHA".length()) : given;
  }

  private static byte[] with(byte[] key, byte pad) {
    byte[] mixed = new byte[key.length];
    for (int i = 0; i < key.length; i++) {
      mixed[i] = (byte) (key[i] ^ pad);
    }
    return mixed;
  }

  /** {@return the keyed hash of the frames, one after the other} */
  byte[] of(List<byte[]> frames) {
    hash.update(inner);
    frames.forEach(hash::update);
    byte[] half = hash.digest();
    hash.update(outer);
    return hash.digest(half);
  }
}

package lazuli.kernel.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HmacTest {
  /** RFC 4231, test case 2. */
  @Test
  void theRfcsExample() throws NoSuchAlgorithmException {
    byte[] hash =
        new Hmac("hmac-sha256", "Jefe".getBytes(UTF_8))
            .of(List.of("what do ya want ".getBytes(UTF_8), "for nothing?".getBytes(UTF_8)));
    assertEquals(
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        HexFormat.of().formatHex(hash));
  }

  @ParameterizedTest
  @CsvSource({
    "hmac-md5, HmacMD5",
    "hmac-sha1, HmacSHA1",
    "hmac-sha224, HmacSHA224",
    "hmac-sha256, HmacSHA256",
    "hmac-sha384, HmacSHA384",
    "hmac-sha512, HmacSHA512",
    "hmac-sha3_224, HmacSHA3-224",
    "hmac-sha3_256, HmacSHA3-256",
    "hmac-sha3_384, HmacSHA3-384",
    "hmac-sha3_512, HmacSHA3-512",
  })
  void agreesWithTheJdkForEveryLengthOfKey(String scheme, String algorithm) throws Exception {
    var random = new Random(7);
    for (int length = 1; length <= 200; length++) {
      byte[] key = new byte[length];
      byte[] message = new byte[random.nextInt(300)];
      random.nextBytes(key);
      random.nextBytes(message);
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(key, algorithm));
      var ours = new Hmac(scheme, key);
      byte[] wanted = mac.doFinal(message);
      assertArrayEquals(wanted, ours.of(List.of(message)), () -> "key of " + key.length);
      assertArrayEquals(wanted, ours.of(List.of(new byte[0], message)), "a second time");
    }
  }

  @Test
  void anUnknownHashIsRefused() {
    assertThrows(NoSuchAlgorithmException.class, () -> new Hmac("hmac-crc32", new byte[1]));
  }
}

package lazuli.magics.picture;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** Writes 8-bit RGB images (PNG specification, third edition, sections 5, 10 and 11). */
final class Png {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  private Png() {}

  static byte[] of(Canvas canvas) {
    var out = new ByteArrayOutputStream();
    try {
      out.write(SIGNATURE);
      chunk(out, "IHDR", header(canvas));
      chunk(out, "IDAT", data(canvas));
      chunk(out, "IEND", new byte[0]);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toByteArray();
  }

  private static byte[] header(Canvas canvas) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeInt(canvas.width());
    out.writeInt(canvas.height());
    // Depth 8, colour type 2 (RGB), deflate, adaptive filters, not interlaced.
    out.write(new byte[] {8, 2, 0, 0, 0});
    return bytes.toByteArray();
  }

  private static byte[] data(Canvas canvas) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DeflaterOutputStream(bytes)) {
      for (int y = 0; y < canvas.height(); y++) {
        byte[] row = new byte[1 + 3 * canvas.width()];
        for (int x = 0; x < canvas.width(); x++) {
          int colour = canvas.pixel(x, y);
          row[1 + 3 * x] = (byte) (colour >> 16);
          row[2 + 3 * x] = (byte) (colour >> 8);
          row[3 + 3 * x] = (byte) colour;
        }
        out.write(row);
      }
    }
    return bytes.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream target, String type, byte[] content)
      throws IOException {
    var out = new DataOutputStream(target);
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 check = new CRC32();
    check.update(name);
    check.update(content);
    out.writeInt(content.length);
    out.write(name);
    out.write(content);
    out.writeInt((int) check.getValue());
  }
}

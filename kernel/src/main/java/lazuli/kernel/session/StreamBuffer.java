package lazuli.kernel.session;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of one stream until they are sent as text. A UTF-8 sequence is never cut in two. */
final class StreamBuffer {
  private byte[] bytes = new byte[1024];
  private int size;

  void append(byte[] source, int offset, int length) {
    if (size + length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + length));
    }
    System.arraycopy(source, offset, bytes, size, length);
    size += length;
  }

  int size() {
    return size;
  }

  /** {@return the text so far; a sequence whose end has not come stays in the buffer} */
  String take() {
    int whole = size - unfinished();
    String text = new String(bytes, 0, whole, StandardCharsets.UTF_8);
    System.arraycopy(bytes, whole, bytes, 0, size - whole);
    size -= whole;
    return text;
  }

  /** {@return the text so far, an unfinished sequence as a replacement character} */
  String takeAll() {
    String text = new String(bytes, 0, size, StandardCharsets.UTF_8);
    size = 0;
    return text;
  }

  /** {@return how many bytes at the end begin a sequence that is longer} */
  private int unfinished() {
    for (int back = 1; back <= Math.min(3, size); back++) {
      int b = bytes[size - back] & 0xff;
      if (b < 0x80) {
        return 0;
      }
      if (b >= 0xc0) {
        int length = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2;
        return length > back ? back : 0;
      }
    }
    return 0;
  }
}

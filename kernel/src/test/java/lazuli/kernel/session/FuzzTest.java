package lazuli.kernel.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import lazuli.kernel.wire.Channel;
import lazuli.kernel.wire.Codec;
import lazuli.kernel.wire.ConnectionFile;
import lazuli.kernel.wire.Header;
import lazuli.kernel.wire.Json;
import lazuli.kernel.wire.Message;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random messages, good, bad and worse, on all sockets: the kernel lives and the next cell runs.
 */
class FuzzTest {
  private static final long SEED = 20261128;

  /** So many are remembered; before that the memory still grows. */
  private static final int SIGNATURES = 1 << 16;

  private static final Channel[] CHANNELS = {Channel.SHELL, Channel.CONTROL, Channel.STDIN};
  private static final String[] TYPES = {
    "execute_request",
    "complete_request",
    "inspect_request",
    "is_complete_request",
    "history_request",
    "comm_open",
    "comm_msg",
    "comm_close",
    "comm_info_request",
    "kernel_info_request",
    "interrupt_request",
    "debug_request",
    "list_subshell_request",
    "delete_subshell_request",
    "input_reply",
    "tea_request",
    "execute_reply",
    "",
    "\u0000"
  };
  private static final String[] FIELDS = {
    "code",
    "cursor_pos",
    "silent",
    "store_history",
    "user_expressions",
    "allow_stdin",
    "stop_on_error",
    "hist_access_type",
    "n",
    "session",
    "start",
    "stop",
    "pattern",
    "unique",
    "output",
    "raw",
    "comm_id",
    "target_name",
    "data",
    "detail_level",
    "command",
    "seq",
    "subshell_id",
    "value",
    "status"
  };

  private final Random random = new Random(SEED);
  private final List<List<byte[]>> earlier = new ArrayList<>();

  @Test
  void thousandsOfMessages() throws Exception {
    fuzz(4_000, 1_000);
  }

  @Tag("slow")
  @Test
  void aHundredThousandMessagesLeaveTheMemoryFlat() throws Exception {
    fuzz(100_000, 5_000);
  }

  private void fuzz(int messages, int between) throws Exception {
    ConnectionFile connection = ConnectionFile.onFreePorts();
    try (TestKernel kernel = TestKernel.start(connection)) {
      Codec codec = new Codec(connection);
      // What is remembered of signatures is bounded, and full after this many.
      int settled = messages * 7 / 10;
      long before = 0;
      for (int i = 1; i <= messages; i++) {
        Channel channel = CHANNELS[random.nextInt(CHANNELS.length)];
        List<byte[]> frames = frames(codec);
        kernel.client.sendFrames(channel, frames);
        if (i % 500 == 0) {
          rawBytes(connection);
        }
        if (i % between == 0) {
          awaitRest(kernel, i);
        }
        if (i == settled - settled % between) {
          before = usedHeap();
        }
      }
      awaitRest(kernel, messages);
      if (settled > SIGNATURES) {
        long growth = usedHeap() - before;
        assertTrue(growth < 24L << 20, "seed " + SEED + ": " + (growth >> 20) + " MiB more");
      }
    }
  }

  private static void awaitRest(TestKernel kernel, int after) throws Exception {
    String where = "seed " + SEED + ", after " + after + " messages";
    // An interrupt among the messages may hit this cell: then it says so, and the next one runs.
    TestKernel.Run run = kernel.run("6 * 7");
    for (int i = 0; i < 20 && !run.result().equals("42"); i++) {
      run = kernel.run("6 * 7");
    }
    assertEquals("42", run.result(), where);
    var info = kernel.client.control("kernel_info_request", Json.EMPTY).await(TestKernel.LIMIT);
    assertEquals("ok", info.content().at("status").text(""), where);
    assertTrue(kernel.client.alive(TestKernel.LIMIT), where);
    // What this client was sent is its own memory.
    while (true) {
      try {
        kernel.client.unasked().next(java.time.Duration.ZERO);
      } catch (java.util.concurrent.TimeoutException e) {
        return;
      }
    }
  }

  private static long usedHeap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** What is no ZeroMQ at all, on every port. */
  private void rawBytes(ConnectionFile connection) {
    for (int port :
        new int[] {
          connection.shell(),
          connection.iopub(),
          connection.stdin(),
          connection.control(),
          connection.heartbeat()
        }) {
      byte[] bytes =
          random.nextBoolean()
              ? "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)
              : new byte[random.nextInt(200)];
      if (random.nextBoolean()) {
        random.nextBytes(bytes);
      }
      try (Socket socket = new Socket("127.0.0.1", port)) {
        socket.getOutputStream().write(bytes);
      } catch (IOException e) {
        // The kernel may close the connection while the bytes are written: that is its right.
        continue;
      }
    }
  }

  private List<byte[]> frames(Codec codec) {
    if (!earlier.isEmpty() && random.nextInt(10) == 0) {
      return earlier.get(random.nextInt(earlier.size()));
    }
    Header header = Header.fresh("fuzz", "fuzz", TYPES[random.nextInt(TYPES.length)]);
    if (random.nextInt(8) == 0) {
      header = Header.of(header.json().with("subshell_id", value(0)));
    }
    List<byte[]> buffers = new ArrayList<>();
    if (random.nextInt(20) == 0) {
      int large = random.nextInt(50) == 0 ? 4_000_000 : 1_000;
      buffers.add(new byte[random.nextInt(large)]);
    }
    List<byte[]> frames =
        new ArrayList<>(
            codec.encode(new Message(List.of(), header, null, Json.EMPTY, content(), buffers)));
    if (random.nextInt(3) == 0) {
      spoil(frames, codec);
    }
    if (earlier.size() < 100) {
      earlier.add(frames);
    }
    return frames;
  }

  /** Some fields with some values; code that runs is harmless. */
  private Json.Obj content() {
    Json.Obj content = Json.EMPTY;
    for (int i = random.nextInt(6); i > 0; i--) {
      String field = FIELDS[random.nextInt(FIELDS.length)];
      content = content.with(field, field.equals("code") ? code() : value(0));
    }
    return content;
  }

  private Object code() {
    return switch (random.nextInt(6)) {
      case 0 -> value(0);
      case 1 -> "1 + ";
      case 2 -> "%" + (char) random.nextInt(0x3000);
      case 3 -> "\"\uD83D\uDE42\".le";
      case 4 -> "throw new RuntimeException();";
      default -> "";
    };
  }

  private Object value(int depth) {
    return switch (random.nextInt(depth > 3 ? 8 : 10)) {
      case 0 -> random.nextLong();
      case 1 -> -1;
      case 2 -> Double.MAX_VALUE;
      case 3 -> random.nextBoolean();
      case 4 -> Json.NULL;
      case 5 -> "*?[".repeat(random.nextInt(10));
      case 6 -> new String(new char[] {(char) random.nextInt(0xD800), 0});
      case 7 -> new java.math.BigDecimal("1e400");
      case 8 -> List.of(value(depth + 1), value(depth + 1));
      default -> Json.object("x", value(depth + 1), "code", value(depth + 1));
    };
  }

  private void spoil(List<byte[]> frames, Codec codec) {
    int which = random.nextInt(frames.size());
    switch (random.nextInt(9)) {
      case 0 -> frames.remove(which);
      case 1 -> frames.set(which, new byte[0]);
      case 2 -> {
        // A copy: frames share constant arrays.
        byte[] noise = frames.get(which).clone();
        random.nextBytes(noise);
        frames.set(which, noise);
      }
      case 3 -> frames.subList(random.nextInt(frames.size()), frames.size()).clear();
      case 4 -> frames.addFirst(frames.getFirst());
      case 5 -> signed(frames, codec, "[".repeat(random.nextInt(5_000)));
      case 6 -> signed(frames, codec, "{\"code\":1e999999999}");
      case 7 -> signed(frames, codec, "\u00ff\u00fe");
      default -> signed(frames, codec, "{\"code\":\"\\ud800\",\"code\":{}}");
    }
    if (frames.isEmpty()) {
      frames.add(new byte[] {1});
    }
  }

  /** Bad JSON under a good signature. */
  private void signed(List<byte[]> frames, Codec codec, String json) {
    frames.set(
        2 + random.nextInt(4),
        json.getBytes(random.nextBoolean() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1));
    frames.set(1, codec.signature(frames.subList(2, 6)));
  }
}

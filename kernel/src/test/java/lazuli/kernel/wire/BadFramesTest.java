package lazuli.kernel.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import lazuli.kernel.session.Session;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is no valid message is dropped, and the next one is answered. Over ipc. */
class BadFramesTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static Session session;
  private static Client client;

  @BeforeAll
  static void start(@TempDir java.nio.file.Path folder) throws Exception {
    ConnectionFile connection = ConnectionFile.onFiles(folder.resolve("k"));
    session = new Session(connection, List.of());
    client = new Client(connection);
    client.awaitReady(LIMIT);
  }

  @AfterAll
  static void stop() {
    client.close();
    session.close();
  }

  /** Ways to spoil the frames of a good request. */
  enum Spoiled {
    WRONG_SIGNATURE {
      @Override
      List<byte[]> frames(List<byte[]> good) {
        return with(good, 1, "00".repeat(32));
      }
    },
    EMPTY_SIGNATURE {
      @Override
      List<byte[]> frames(List<byte[]> good) {
        return with(good, 1, "");
      }
    },
    CHANGED_CONTENT {
      @Override
      List<byte[]> frames(List<byte[]> good) {
        return with(good, 5, "{\"code\":\"System.exit(1);\"}");
      }
    },
    NO_DELIMITER {
      @Override
      List<byte[]> frames(List<byte[]> good) {
        return good.subList(1, good.size());
      }
    },
    TOO_SHORT {
      @Override
      List<byte[]> frames(List<byte[]> good) {
        return good.subList(0, 4);
      }
    },
    ONE_EMPTY_FRAME {
      @Override
      List<byte[]> frames(List<byte[]> good) {
        return List.of(new byte[0]);
      }
    },
    CONTENT_IS_NO_JSON {
      @Override
      List<byte[]> frames(List<byte[]> good) {
        return signed(with(good, 5, "{\"code\":"));
      }
    },
    CONTENT_IS_NO_OBJECT {
      @Override
      List<byte[]> frames(List<byte[]> good) {
        return signed(with(good, 5, "[1]"));
      }
    },
    HEADER_WITHOUT_TYPE {
      @Override
      List<byte[]> frames(List<byte[]> good) {
        return signed(with(good, 2, "{}"));
      }
    },
    DEEP_JSON {
      @Override
      List<byte[]> frames(List<byte[]> good) {
        return signed(with(good, 5, "{\"a\":" + "[".repeat(100_000)));
      }
    };

    abstract List<byte[]> frames(List<byte[]> good);

    private static List<byte[]> with(List<byte[]> good, int index, String text) {
      var changed = new ArrayList<>(good);
      changed.set(index, text.getBytes(StandardCharsets.UTF_8));
      return changed;
    }

    private static List<byte[]> signed(List<byte[]> frames) {
      return with(
          frames,
          1,
          new String(client.codec().signature(frames.subList(2, 6)), StandardCharsets.US_ASCII));
    }
  }

  private static List<byte[]> request() {
    return client
        .codec()
        .encode(
            new Message(
                List.of(),
                Header.fresh("test", "test", "execute_request"),
                null,
                Json.EMPTY,
                Json.object("code", "1"),
                List.of()));
  }

  private static void nextCellRuns() throws TimeoutException, InterruptedException {
    assertEquals("ok", client.execute("2", false).await(LIMIT).content().at("status").text(""));
  }

  @ParameterizedTest
  @EnumSource
  void aSpoiledMessageIsDroppedOnEveryChannel(Spoiled spoiled) throws Exception {
    for (Channel channel : List.of(Channel.CONTROL, Channel.SHELL, Channel.STDIN)) {
      client.sendFrames(channel, spoiled.frames(request()));
    }
    nextCellRuns();
    assertEquals(
        "ok",
        client
            .control("kernel_info_request", Json.EMPTY)
            .await(LIMIT)
            .content()
            .at("status")
            .text(""));
  }

  @Test
  void aMessageThatIsSentAgainRunsOnce() throws Exception {
    client.execute("int runs = 0;", false).await(LIMIT);
    List<byte[]> frames =
        client
            .codec()
            .encode(
                new Message(
                    List.of(),
                    Header.fresh("test", "test", "execute_request"),
                    null,
                    Json.EMPTY,
                    Json.object("code", "runs++;"),
                    List.of()));
    for (int i = 0; i < 3; i++) {
      client.sendFrames(Channel.SHELL, frames);
    }
    Exchange asked = client.execute("runs", false);
    while (true) {
      Message message = asked.next(LIMIT).message();
      if (message.type().equals("execute_result")) {
        assertEquals("1", message.content().at("data").at("text/plain").text(""));
        return;
      }
    }
  }
}

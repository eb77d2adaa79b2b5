package lazuli.kernel.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lazuli.kernel.session.HistoryFile.Entry;
import lazuli.kernel.wire.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The history that outlives a kernel. */
class HistoryFileTest {
  private static final long ROOMY = 1 << 20;
  @TempDir private Path folder;

  private Path path() {
    return folder.resolve("data").resolve("history.jsonl");
  }

  private HistoryFile file() {
    return new HistoryFile(path(), ROOMY);
  }

  /** Another process that adds cells: {@code PATH COUNT}. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) throws Exception {
      HistoryFile file = new HistoryFile(Path.of(arguments[0]), ROOMY);
      int session = file.begin();
      for (int i = 1; i <= Integer.parseInt(arguments[1]); i++) {
        file.add(new Entry(session, i, "cell " + i, null));
      }
    }
  }

  private static String answer(History history, String request) throws Exception {
    Json.Obj content = Json.parseObject(request.getBytes(StandardCharsets.UTF_8));
    return new String(history.reply(content).at("history").bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void aLaterKernelSeesTheCellsOfAnEarlierOne() throws Exception {
    try (History first = new History(path())) {
      first.add(1, "int a = 1;", null);
      first.add(2, "a + \"\u00e9\ud83d\ude42\n\"", "1\u00e9\ud83d\ude42\n");
    }
    try (History second = new History(path())) {
      second.add(1, "b", "2");
      assertEquals(
          "[[1,2,\"a + \\\"\u00e9\ud83d\ude42\\n\\\"\"],[2,1,\"b\"]]",
          answer(second, "{\"hist_access_type\":\"tail\",\"n\":2}"));
      for (int session : List.of(1, -1)) {
        assertEquals(
            "[[1,1,[\"int a = 1;\",null]]]",
            answer(
                second,
                "{\"hist_access_type\":\"range\",\"session\":"
                    + session
                    + ",\"start\":1,\"stop\":2,\"output\":true}"));
      }
      assertEquals(
          "[[2,1,\"b\"]]",
          answer(second, "{\"hist_access_type\":\"range\",\"session\":0,\"start\":1}"));
      assertEquals(
          "[[1,1,\"int a = 1;\"]]",
          answer(second, "{\"hist_access_type\":\"search\",\"pattern\":\"int*\"}"));
    }
  }

  @Test
  void kernelsThatRunAtOnceSeeEachOther() throws Exception {
    try (History one = new History(path())) {
      assertEquals("[]", answer(one, "{\"hist_access_type\":\"tail\"}"));
      try (History two = new History(path())) {
        two.add(1, "theirs", null);
      }
      one.add(1, "mine", null);
      assertEquals(
          "[[1,1,\"mine\"],[2,1,\"theirs\"]]", answer(one, "{\"hist_access_type\":\"tail\"}"));
    }
  }

  @Test
  void processesThatWriteAtOnceLoseNothing() throws Exception {
    int each = 100;
    List<Process> writers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      writers.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Writer.class.getName(),
                  path().toString(),
                  "" + each)
              .inheritIO()
              .start());
    }
    for (Process writer : writers) {
      assertEquals(0, writer.waitFor());
    }
    List<Entry> entries = file().entries();
    assertEquals(3 * each, entries.size());
    for (int session = 1; session <= 3; session++) {
      int number = session;
      List<Integer> lines =
          entries.stream().filter(e -> e.session() == number).map(Entry::line).toList();
      assertEquals(
          java.util.stream.IntStream.rangeClosed(1, each).boxed().toList(), lines, "" + session);
    }
  }

  @Test
  void onlyTheOwnerCanReadIt() throws Exception {
    assumeTrue(
        folder.getFileSystem().supportedFileAttributeViews().contains("posix"),
        "this file system has no POSIX permissions");
    file().begin();
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(path().getParent())));
    try (var files = Files.list(path().getParent())) {
      for (Path each : files.toList()) {
        assertEquals(
            "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(each)));
      }
    }
  }

  @Test
  void aBrokenLineCostsOnlyItself() throws Exception {
    HistoryFile file = file();
    file.add(new Entry(file.begin(), 1, "before", null));
    Files.writeString(path(), "{\"session\":1,\"line\":2,\"sou", StandardOpenOption.APPEND);
    file.add(new Entry(1, 3, "after", null));
    assertEquals(List.of("before", "after"), file.entries().stream().map(Entry::source).toList());
    assertEquals(2, file().begin());
  }

  @Test
  void theNumberOfTheLatestSessionIsInTheLocksFile() throws Exception {
    Path lock = path().resolveSibling("history.jsonl.lock");
    assertEquals(1, file().begin());
    assertEquals("1\n", Files.readString(lock));
    Files.writeString(lock, "41\n");
    assertEquals(42, file().begin());
    // An earlier version left it empty, a full disk leaves half of it.
    for (String broken : List.of("", "4", "x\n", "99999999999\n")) {
      Files.writeString(lock, broken);
      int latest = file().entries().isEmpty() ? 42 : 0;
      assertEquals(latest + 1, file().begin(), broken);
      Files.delete(path());
      Files.writeString(path(), "{\"session\":42,\"started\":\"\"}\n");
    }
    Files.delete(path());
    assertEquals(1, file().begin(), "the history was deleted");
  }

  @Test
  void theOlderHalfGoesWhenTheFileIsTooLarge() throws Exception {
    HistoryFile file = new HistoryFile(path(), 10_000);
    HistoryFile other = new HistoryFile(path(), 10_000);
    int session = file.begin();
    for (int i = 1; i <= 1000; i++) {
      file.add(new Entry(session, i, "cell number " + i, "x".repeat(50)));
      assertTrue(Files.size(path()) < 11_000);
      if (i % 100 == 0) {
        assertEquals(i, other.entries().getLast().line());
      }
    }
    List<Entry> kept = file.entries();
    assertEquals(1000, kept.getLast().line());
    assertEquals(kept.size(), kept.getLast().line() - kept.getFirst().line() + 1);
    assertTrue(kept.size() > 20, kept.size() + " kept");
    assertEquals(session + 1, file.begin());
  }

  @Test
  void aHugeCellIsLeftOutAndALongOutputIsCut() throws Exception {
    HistoryFile file = file();
    int session = file.begin();
    file.add(new Entry(session, 1, "x".repeat(1 << 20), null));
    file.add(new Entry(session, 2, "y", "z".repeat(1 << 20)));
    Entry only = file.entries().getFirst();
    assertEquals(2, only.line());
    assertEquals(1 << 13, String.valueOf(only.output()).length());
  }

  @Test
  void whereNothingCanBeWrittenTheSessionStillHasItsHistory() throws Exception {
    Files.writeString(folder.resolve("data"), "a file where the folder should be");
    try (History history = new History(path())) {
      history.add(1, "kept", "in memory");
      assertEquals(
          "[[1,1,[\"kept\",\"in memory\"]]]",
          answer(history, "{\"hist_access_type\":\"tail\",\"n\":9,\"output\":true}"));
      assertEquals(
          "[[1,1,\"kept\"]]", answer(history, "{\"hist_access_type\":\"range\",\"session\":0}"));
    }
  }

  @Test
  void theEnvironmentNamesTheFile() {
    assertEquals(Optional.empty(), HistoryFile.standard("off"));
    assertEquals(Optional.of(Path.of("/x/h")), HistoryFile.standard("/x/h"));
    for (String none : new String[] {null, "", " "}) {
      assertTrue(
          HistoryFile.standard(none).orElseThrow().endsWith(Path.of("lazuli", "history.jsonl")));
    }
  }
}

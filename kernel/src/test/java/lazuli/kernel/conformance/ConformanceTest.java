package lazuli.kernel.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import lazuli.kernel.wire.ConnectionFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Jupyter protocol as rows of checks, over real sockets, against our kernel and against
 * ipykernel: what both pass is the protocol and no habit of ours. Requests are whole; what ours
 * makes of others is in {@link LeniencyTest}.
 *
 * <p>What a kernel is known to fail stands in a list of its own, and must fail: a row that passes
 * is taken off the list.
 */
class ConformanceTest {
  @TempDir private static Path folder;
  private static final List<Peer> STARTED = new ArrayList<>();

  @AfterAll
  static void stop() {
    STARTED.forEach(Peer::close);
  }

  /** All rows that share one kernel; the one that may end it comes last. */
  static List<Check> shared() {
    List<Check> rows = new ArrayList<>();
    rows.addAll(KernelChecks.rows());
    rows.addAll(QueryChecks.rows());
    rows.addAll(OutputChecks.rows());
    rows.addAll(ExecuteChecks.rows());
    return rows;
  }

  private static Stream<DynamicTest> tests(Language language) throws Exception {
    Path own = java.nio.file.Files.createTempDirectory(folder, language.name());
    Peer peer = Peer.start(language, own);
    STARTED.add(peer);
    Stream<DynamicTest> shared =
        shared().stream().map(check -> DynamicTest.dynamicTest("" + check, () -> run(check, peer)));
    Stream<DynamicTest> alone =
        ProcessChecks.rows().stream()
            .map(
                check ->
                    DynamicTest.dynamicTest(
                        "" + check,
                        () -> {
                          try (Peer other = Peer.start(language, own)) {
                            run(check, other);
                          }
                        }));
    DynamicTest ipc =
        DynamicTest.dynamicTest(
            "start.ipc: a kernel listens on socket files",
            () -> {
              ConnectionFile files = ConnectionFile.onFiles(own.resolve("k"));
              try (Peer other = Peer.start(language, own, files)) {
                assertEquals("42", other.run(Language.Snippet.EXPRESSION).result());
                assertTrue(other.client.alive(Peer.LIMIT));
              }
            });
    return Stream.concat(Stream.concat(shared, alone), Stream.of(ipc));
  }

  private static void run(Check check, Peer peer) throws Exception {
    boolean lacking = peer.language.lacks().containsKey(check.id());
    try {
      peer.settle();
      check.body().run(peer);
    } catch (Exception | AssertionError e) {
      if (lacking) {
        return;
      }
      if (peer.language.lacks().isEmpty()) {
        throw e;
      }
      throw new AssertionError(
          check.id() + " fails and is not on the list of what " + peer.language.name() + " lacks",
          e);
    }
    assertTrue(
        !lacking || peer.language.failsSometimes(check.id()),
        check.id() + " passes: take it off the list of what " + peer.language.name() + " lacks");
  }

  @Test
  void thereAreManyRowsEachWithAnIdOfItsOwn() {
    List<Check> all = new ArrayList<>(shared());
    all.addAll(ProcessChecks.rows());
    Set<String> ids = new HashSet<>();
    all.forEach(check -> assertTrue(ids.add(check.id()), check.id()));
    assertTrue(all.size() >= 80, all.size() + " rows");
    Set<String> unknown = new HashSet<>(Language.ipykernel(folder).lacks().keySet());
    unknown.removeAll(ids);
    assertEquals(Set.of(), unknown);
  }

  @TestFactory
  Stream<DynamicTest> lazuli() throws Exception {
    return tests(Language.lazuli(folder));
  }

  @Tag("slow")
  @TestFactory
  Stream<DynamicTest> ipykernel() throws Exception {
    String missing = Language.ipykernelMissing();
    Assumptions.assumeTrue(missing == null, missing);
    return tests(Language.ipykernel(folder));
  }
}

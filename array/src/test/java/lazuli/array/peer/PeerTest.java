package lazuli.array.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import lazuli.array.op.Binary;
import lazuli.array.op.Reduction;
import lazuli.array.op.Unary;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * What NumPy and PyTorch compute, we compute too: values in every type, and gradients. One Python
 * process makes the cases (cases.py), with fixed seeds, and names each.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PeerTest {
  /** Rows that NumPy has no function for; their cases come from PyTorch. */
  private static final Set<String> LACKING = new TreeSet<>(Set.of("erfinv"));

  private Python python;

  @AfterAll
  void close() throws IOException {
    if (python != null) {
      python.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> theyAgree() throws IOException {
    String missing = Python.missing("numpy");
    assumeTrue(
        missing == null,
        () -> "needs a Python with NumPy; name one with LAZULI_PYTHON: " + missing);
    python = Python.start(PeerTest.class, "cases.py");
    for (Unary row : Unary.values()) {
      python.say(String.join("\t", "unary", row.label(), "" + row.low(), "" + row.high()));
    }
    for (Binary row : Binary.values()) {
      python.say(String.join("\t", "binary", row.label(), "" + row.low(), "" + row.high()));
    }
    for (Reduction row : Reduction.values()) {
      python.say(String.join("\t", "reduction", row.label(), "0", "0"));
    }
    python.say("go");
    python.flush();
    String[] hello = python.line().split("\t", -1);
    boolean torch = hello[2].startsWith("torch ");
    List<DynamicTest> first = new ArrayList<>();
    first.add(
        DynamicTest.dynamicTest(
            hello[1] + ", " + hello[2],
            () -> {
              if (!torch) {
                abort(
                    "cases of PyTorch left out; LAZULI_PYTHON may name a Python with it: "
                        + hello[2]);
              }
            }));
    first.add(
        DynamicTest.dynamicTest(
            "NumPy has every other row",
            () -> assertEquals(LACKING, new TreeSet<>(List.of(hello[3].split(" "))))));
    return Stream.concat(first.stream(), StreamSupport.stream(new Cases(torch), false));
  }

  /** Reads a case when the one before has been tested. */
  private final class Cases extends java.util.Spliterators.AbstractSpliterator<DynamicTest> {
    private final boolean torch;
    private int count;
    private boolean done;

    Cases(boolean torch) {
      super(Long.MAX_VALUE, ORDERED);
      this.torch = torch;
    }

    @Override
    public boolean tryAdvance(java.util.function.Consumer<? super DynamicTest> action) {
      if (done) {
        return false;
      }
      try {
        String line = python.line();
        if (line.equals("end")) {
          done = true;
          int cases = count;
          int least = torch ? 1500 : 1000;
          action.accept(
              DynamicTest.dynamicTest(
                  cases + " cases", () -> assertTrue(cases >= least, cases + " < " + least)));
          return true;
        }
        count++;
        Case c = Case.read(python, line);
        action.accept(DynamicTest.dynamicTest(c.name(), () -> c.check(Operations.run(c))));
        return true;
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }
  }
}

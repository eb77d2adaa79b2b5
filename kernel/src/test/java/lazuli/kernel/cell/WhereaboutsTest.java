package lazuli.kernel.cell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Cells and lines of code that still runs. */
public class WhereaboutsTest {
  private static final List<String> SEEN = new CopyOnWriteArrayList<>();
  private static SessionFixture session;

  /** Called from cells. */
  public static void here() {
    StackTraceElement frame =
        StackWalker.getInstance()
            .walk(
                frames ->
                    frames
                        .filter(one -> !one.getClassName().startsWith("lazuli."))
                        .findFirst()
                        .orElseThrow()
                        .toStackTraceElement());
    SEEN.add(session.java.runningCell() + " / " + session.java.place(frame));
  }

  @BeforeAll
  static void open() {
    session = new SessionFixture();
    session.run("import static lazuli.kernel.cell.WhereaboutsTest.here;");
  }

  @AfterAll
  static void close() {
    session.close();
  }

  @BeforeEach
  void forget() {
    SEEN.clear();
  }

  private static void run(int number, String text) {
    if (session.java.evaluate(new Source("In[" + number + "]", text, 1))
        instanceof Outcome.Failure failure) {
      throw new AssertionError(String.join("\n", failure.traceback()));
    }
  }

  @Test
  void statementsLoopsAndLambdasKnowTheirLine() {
    run(3, "int a = 1;\nhere();\n\nfor (int i = 0; i < 1; i++) {\n  here();\n}");
    run(4, "// a comment\nRunnable r = () -> {\n  here();\n};\nr.run();");
    assertEquals(
        List.of("In[3] / In[3] line 2", "In[3] / In[3] line 5", "In[4] / In[4] line 3"), SEEN);
  }

  @Test
  void codeOfAnEarlierCellKeepsItsOwnLine() {
    run(
        5,
        "void f() {\n  int x = 0;\n  here();\n}\nclass C {\n  static void g() {\n    here();\n  }\n}");
    run(6, "\nf();\nC.g();");
    assertEquals(List.of("In[6] / In[5] line 3", "In[6] / In[5] line 7"), SEEN);
  }

  @Test
  void threadsOfTheUserBelongToTheOnlyCellThatRuns() {
    run(7, "var t = new Thread(() -> here());\nt.start();\nt.join();");
    assertEquals(List.of("In[7] / In[7] line 1"), SEEN);
    assertEquals("", session.java.runningCell());
    assertEquals("", session.java.place(new StackTraceElement("java.lang.String", "a", "b", 1)));
  }
}

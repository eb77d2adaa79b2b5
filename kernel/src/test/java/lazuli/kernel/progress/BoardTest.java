package lazuli.kernel.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import lazuli.kernel.ext.Displayable;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.Progress;
import lazuli.kernel.ext.RunningCell.DisplayHandle;
import org.junit.jupiter.api.Test;

class BoardTest {
  private final BlockingQueue<MimeBundle> shown = new LinkedBlockingQueue<>();
  private final List<Object> displays = new ArrayList<>();
  private final Board board =
      new Board(
          value -> {
            displays.add(value);
            shown.add(((Displayable) value).bundle());
            return new DisplayHandle() {
              @Override
              public void update(Object next) {
                shown.add(((Displayable) next).bundle());
              }
            };
          },
          value -> MimeBundle.text("" + value).with(MimeBundle.HTML, "<i>" + value + "</i>"));

  private String last() {
    MimeBundle last = null;
    for (MimeBundle one : shown) {
      last = one;
    }
    return last == null ? "nothing" : last.data().get(MimeBundle.TEXT);
  }

  /** Waits until something is shown that holds a text. */
  private String await(String part) throws InterruptedException {
    while (true) {
      MimeBundle next = shown.poll(60, TimeUnit.SECONDS);
      assertTrue(next != null, "never shown: " + part);
      if (next.data().get(MimeBundle.TEXT).contains(part)) {
        return next.data().get(MimeBundle.TEXT);
      }
    }
  }

  @Test
  void shortWorkShowsNothingUnlessAsked() {
    board.open("quick", 2, false).close();
    assertEquals("nothing", last());
    board.open("asked", 2, true).close();
    assertTrue(last().matches("asked    0% \\[-{30}] 0/2, stopped in 0\\.\\d s"), last());
  }

  @Test
  void manyStepsAreFewUpdatesAndTheLastIsShown() {
    long start = System.nanoTime();
    try (Progress bar = board.open("steps", 1_000_000, true)) {
      for (int i = 0; i < 1_000_000; i++) {
        bar.step();
      }
    }
    long quarters = (System.nanoTime() - start) / 250_000_000;
    assertTrue(shown.size() <= quarters + 2, shown.size() + " updates in " + quarters + "/4 s");
    assertEquals(1, displays.size());
    assertTrue(last().startsWith("steps  100% [" + "#".repeat(30) + "] 1000000/1000000 in "));
  }

  @Test
  void workThatDoesNotStepIsShownByItself() throws Exception {
    Progress bar = board.open("slow", 10, false);
    bar.step(4);
    assertTrue(await("4/10").matches("slow   40% \\[#{12}-{18}] 4/10  .* s, .* s left"));
    bar.note("reading");
    await("left  reading");
    bar.close("4 were enough");
    await("4/10, 4 were enough in ");
  }

  @Test
  void nestedBarsStandInTheSameDisplayAndGo() throws Exception {
    Progress outer = board.open("outer", 2, true);
    Progress inner = board.open("inner", -1, true);
    inner.step(3);
    String both = await("inner  3  ");
    assertTrue(both.startsWith("outer    0% ["), both);
    assertTrue(both.contains("\n  inner"), both);
    inner.close();
    outer.step(2);
    outer.close();
    assertEquals(1, last().lines().count(), last());
    assertEquals(1, displays.size());
  }

  @Test
  void whatALoopLeftOpenGoesWhenTheOuterSteps() throws Exception {
    Progress outer = board.open("outer", 2, true);
    board.open("left by break", 9, true).step();
    await("left by break");
    outer.step(2);
    outer.close();
    assertTrue(last().startsWith("outer  100%"), last());
    assertEquals(1, last().lines().count(), last());
  }

  @Test
  void partialResultsStandBelowAndStayWhenTheCellEndsEarly() throws Exception {
    Progress bar = board.open("table", 3, false);
    bar.partial("row 1");
    assertTrue(await("row 1").matches("table    0% .*\nrow 1"));
    board.endCell("interrupted");
    await("interrupted in");
    assertTrue(shown.isEmpty());
  }

  @Test
  void partialResultsGoWhenTheWorkIsDone() throws Exception {
    Progress bar = board.open("table", 1, true);
    bar.partial("row 1");
    bar.step();
    bar.close();
    assertEquals(1, last().lines().count(), last());
  }

  @Test
  void namesAreEscapedInHtml() throws Exception {
    board.open("a<b", 2, true).close();
    String html = shown.take().data().get(MimeBundle.HTML);
    assertTrue(html.contains("a&lt;b <progress max=\"1\" value=\"0.0\"></progress>"), html);
  }

  @Test
  void timesAreShort() {
    assertEquals("0.1 s", Bar.time(123_000_000L));
    assertEquals("59.9 s", Bar.time(59_900_000_000L));
    assertEquals("1:01 min", Bar.time(61_000_000_000L));
    assertEquals("2:05 h", Bar.time(7_500_000_000_000L));
  }
}

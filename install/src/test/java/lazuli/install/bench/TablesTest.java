package lazuli.install.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Figures, goals and how they are shown. */
class TablesTest {
  private static Samples samples(double... values) {
    var samples = new Samples();
    for (double value : values) {
      samples.add(value);
    }
    return samples;
  }

  @Test
  void quantilesLieBetweenTheNearestFigures() {
    assertEquals(2.5, samples(4, 1, 3, 2).median());
    assertEquals(3, samples(5, 1, 3).median());
    assertEquals(9.55, samples(1, 2, 3, 4, 5, 6, 7, 8, 9, 10).quantile(0.95), 1e-12);
    assertTrue(Double.isNaN(samples().median()));
  }

  @Test
  void growthIsTheMedianOfTheLastOverThatOfTheFirst() {
    assertEquals(4.0, samples(1, 1, 9, 2, 4, 4).growth(2));
  }

  @Test
  void aGoalRelativeToThePeerIsMetMissedOrUnknown() {
    assertEquals(Row.Met.YES, Row.ratio("x", "ms", 50, 100, 0.5).met());
    assertEquals(Row.Met.NO, Row.ratio("x", "ms", 51, 100, 0.5).met());
    assertEquals(Row.Met.UNKNOWN, Row.ratio("x", "ms", 51, Double.NaN, 0.5).met());
    assertEquals("0.51", Row.ratio("x", "ms", 51, 100, 0.5).compared());
  }

  @Test
  void aGoalOfOurOwnNeedsNoPeer() {
    assertEquals(Row.Met.YES, Row.most("x", "ms", 50, Double.NaN, 50).met());
    assertEquals(Row.Met.NO, Row.most("x", "ms", 50.1, 1000, 50).met());
    assertEquals(Row.Met.NO, Row.most("x", "ms", Double.NaN, 1, 50).met());
  }

  @Test
  void missesStandInBothTables() {
    List<Row> rows =
        List.of(
            Row.ratio("start", "ms", 420, 1000, 0.5),
            Row.most("memory", "MiB", 231, 65, 160),
            Row.most("completion", "ms", 7, Double.NaN, 30).peer("waits for the cell"));
    assertEquals(
        """
                     Lazuli           ipykernel  ratio  goal
        start        420 ms             1000 ms   0.42  at most 0.5 of the peer  met
        memory      231 MiB              65 MiB   3.55  at most 160 MiB          MISSED
        completion  7.00 ms  waits for the cell      -  at most 30 ms            met
        """,
        Tables.text(rows, "ipykernel"));
    String page = Tables.markdown(rows, "ipykernel", "2026-01-31", "a machine", "0.1", "./lazuli");
    assertTrue(page.contains("2026-01-31: a machine; 0.1."), page);
    assertTrue(page.contains("```sh\n./lazuli\n```"), page);
    assertTrue(
        page.contains("| memory | 231 MiB | 65 MiB | 3.55 | at most 160 MiB | MISSED |"), page);
  }
}

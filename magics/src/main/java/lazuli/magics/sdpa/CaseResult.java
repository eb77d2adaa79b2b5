package lazuli.magics.sdpa;

import lazuli.magics.report.Report;
import lazuli.magics.report.Reported;

/**
 * What {@code %sdpa case} found.
 *
 * @param report a row for each variant, and what the guards say
 * @param operations a row for each operation of each variant
 */
public record CaseResult(Report report, Report operations) implements Reported {
  @Override
  public String text() {
    return report.text() + "\n\n" + operations.text();
  }

  @Override
  public String html() {
    return report.html() + "\n" + operations.html();
  }

  /** The report's, with the operations as one more member. */
  @Override
  public String json() {
    String own = report.json();
    return own.substring(0, own.length() - 1) + ",\"operations\":" + operations.json() + "}";
  }

  @Override
  public CaseResult withNote(String note) {
    return new CaseResult(report.withNote(note), operations);
  }

  @Override
  public String toString() {
    return text();
  }
}

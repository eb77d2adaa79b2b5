package lazuli.magics.report;

import lazuli.kernel.ext.Displayable;
import tech.tablesaw.api.Table;

/** What a measuring magic gives: the same in every form that people paste or save. */
public interface Result extends Displayable {
  /** {@return it in plain text, at most 100 columns wide} */
  String text();

  /** {@return it as HTML that survives an untrusted notebook} */
  String html();

  /** {@return its table as CSV (RFC 4180), numbers unrounded} */
  String csv();

  /** {@return everything, raw samples too, as one JSON object} */
  String json();

  /** {@return its table as a Tablesaw table} */
  Table table();

  /**
   * {@return the same with one more line below the table}
   *
   * @param note the line
   */
  Result withNote(String note);
}

package lazuli.magics.report;

import lazuli.kernel.ext.MimeBundle;
import tech.tablesaw.api.Table;

/** A result around a table, which has its data. */
public interface Reported extends Result {
  /** {@return the table} */
  Report report();

  @Override
  default MimeBundle bundle() {
    return MimeBundle.text(text()).with(MimeBundle.HTML, html()).with(Report.MIME, json());
  }

  @Override
  default String csv() {
    return report().csv();
  }

  @Override
  default String json() {
    return report().json();
  }

  @Override
  default Table table() {
    return report().table();
  }
}

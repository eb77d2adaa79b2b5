package lazuli.array;

/** The rows on the reference backend. */
class ReferenceRowsTest extends RowContract {
  @Override
  String backend() {
    return "reference";
  }
}

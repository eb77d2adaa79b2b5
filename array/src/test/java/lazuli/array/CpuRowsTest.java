package lazuli.array;

/** The rows on the Vector API backend. */
class CpuRowsTest extends RowContract {
  @Override
  String backend() {
    return "cpu";
  }
}

package lazuli.array;

/** Every row of operations, executed as PTX by the simulated GPU. */
class SimRowsTest extends RowContract {
  @Override
  String backend() {
    return "sim";
  }
}

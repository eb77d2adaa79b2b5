package lazuli.array.op;

import java.util.List;

/** A value that was given, not computed. Equal only to itself. */
public final class Source implements Op {
  private final Aval aval;

  /**
   * Makes a source.
   *
   * @param aval what is known of the value
   */
  public Source(Aval aval) {
    this.aval = aval;
  }

  @Override
  public String label() {
    return "source";
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    return aval;
  }
}

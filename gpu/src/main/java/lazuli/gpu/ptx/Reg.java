package lazuli.gpu.ptx;

/**
 * One virtual register.
 *
 * @param kind what it holds
 * @param number its number among the registers of that kind
 */
public record Reg(Kind kind, int number) {
  @Override
  public String toString() {
    return kind.prefix + number;
  }
}

package lazuli.array.type;

/**
 * Where an array lives and is computed.
 *
 * @param kind {@code cpu}, {@code reference}, {@code cuda}, or {@code sim} for the simulated GPU
 * @param index the number among the devices of that kind, from 0
 */
public record Device(String kind, int index) {
  /** The machine's processor. */
  public static final Device CPU = new Device("cpu", 0);

  @Override
  public String toString() {
    return kind.equals("cuda") ? kind + ":" + index : kind;
  }
}

package lazuli.magics.picture;

/** A picture of numbers that has a twin in characters. */
public interface Chart extends Drawn {
  /** {@return it in characters, for consoles} */
  String text();
}

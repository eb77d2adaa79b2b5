package lazuli.magics.sdpa;

/** What {@code %sdpa} can do: a class each, and a line in {@link Actions}. */
interface Action {
  /** {@return the word that asks for it} */
  String name();

  /**
   * {@return the result}
   *
   * @param use what was asked for
   * @throws Exception what measuring throws
   */
  Object run(Use use) throws Exception;
}

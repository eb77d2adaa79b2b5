package lazuli.array.attention;

/** What may be demanded of the kernel that computes a result. */
public enum Requirement {
  /** One kernel does it all and never writes the scores. */
  FUSED
}

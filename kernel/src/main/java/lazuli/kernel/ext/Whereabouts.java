package lazuli.kernel.ext;

/** Where code of cells stands, for extensions that tell the user which cell caused something. */
public interface Whereabouts {
  /**
   * {@return the label of the cell that runs on the calling thread, such as {@code In[3]}; on a
   * thread of the user's own, of the only cell that runs; else empty} Quick.
   */
  String cell();

  /**
   * {@return where a frame stands, such as {@code In[3] line 2}; empty when it is not in a cell}
   *
   * @param frame a frame of any thread's stack
   */
  String line(StackTraceElement frame);
}

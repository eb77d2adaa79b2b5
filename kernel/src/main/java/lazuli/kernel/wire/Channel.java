package lazuli.kernel.wire;

/** The sockets that carry messages; the heartbeat only echoes bytes and is no channel. */
public enum Channel {
  /** Interrupt, shutdown, and whatever must be answered while a cell runs. */
  CONTROL,
  /** Requests to execute, complete, inspect. */
  SHELL,
  /** The kernel asks, the client answers. */
  STDIN,
  /** What the kernel tells everybody. */
  IOPUB
}

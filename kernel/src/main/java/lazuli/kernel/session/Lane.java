package lazuli.kernel.session;

/** Threads that handle requests, one each. What comes on the control channel runs on CONTROL. */
enum Lane {
  /** Answers while everything else is busy. */
  CONTROL,
  /** Answers in the order of arrival what needs no Java. */
  SHELL,
  /** Runs cells. */
  EXECUTION,
  /** Asks the compiler, beside a running cell. */
  ANALYSIS
}

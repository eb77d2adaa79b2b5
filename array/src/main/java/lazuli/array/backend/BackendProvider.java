package lazuli.array.backend;

/** Finds a backend at run time; named in META-INF/services. */
public interface BackendProvider {
  /** {@return the kind of device, such as {@code cuda}} */
  String kind();

  /** {@return the backend, or why there is none on this machine} */
  Availability probe();

  /** The outcome of looking for a device. */
  sealed interface Availability {
    /**
     * The device works.
     *
     * @param backend its backend
     */
    record Available(Backend backend) implements Availability {}

    /**
     * There is no such device here, or none that can be used.
     *
     * @param reason what was looked for and not found
     * @param fix what a user can do about it
     */
    record Unavailable(String reason, String fix) implements Availability {}
  }
}

package lazuli.kernel.ext;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The comms of this process's session, for extensions and for cells.
 *
 * <pre>{@code
 * Comms.target("echo", (comm, opened) -> comm.onMessage(comm::send));
 * Comm mine = Comms.open("jupyter.widget", CommData.of("{\"state\": {}}"));
 * }</pre>
 *
 * <p>One static reference, as user code has no other way to the session.
 */
public final class Comms {
  private static volatile @Nullable Registry current;

  private Comms() {}

  /** What a session does with comms. */
  public interface Registry {
    /**
     * Makes a name known; see {@link Comms#target}.
     *
     * @param name the name
     * @param target what happens when a client opens a comm of it; replaces the one before
     */
    void target(String name, CommTarget target);

    /**
     * {@return a comm that is open on both sides; see {@link Comms#open}}
     *
     * @param targetName the client's name for what it is
     * @param data what the client gets with it
     */
    Comm open(String targetName, CommData data);

    /** {@return the open comms} */
    List<Comm> list();
  }

  /**
   * Makes a session the one that is used. Called by the session.
   *
   * @param registry the session's; null for none
   */
  public static void use(@Nullable Registry registry) {
    current = registry;
  }

  private static Registry registry() {
    Registry registry = current;
    if (registry == null) {
      throw new UsageException("comm: there is no client; this works only inside a kernel");
    }
    return registry;
  }

  /**
   * Makes a name known, under which clients can open comms.
   *
   * @param name the name, such as {@code jupyter.widget}
   * @param target what happens when a client opens one; replaces the one before
   * @throws UsageException outside a kernel
   */
  public static void target(String name, CommTarget target) {
    registry().target(name, target);
  }

  /**
   * {@return a new comm; every client is told of it}
   *
   * @param targetName the client's name for what it is
   * @param data what the client gets with it
   * @throws UsageException outside a kernel, or when data or metadata is not JSON
   */
  public static Comm open(String targetName, CommData data) {
    return registry().open(targetName, data);
  }

  /**
   * {@return the open comms}
   *
   * @throws UsageException outside a kernel
   */
  public static List<Comm> list() {
    return registry().list();
  }
}

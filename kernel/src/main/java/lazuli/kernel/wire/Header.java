package lazuli.kernel.wire;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A message's header.
 *
 * @param id unique per message
 * @param session the sender's session
 * @param type such as {@code execute_request}
 * @param json the whole header as it is or was on the wire, with fields that we do not know
 */
public record Header(String id, String session, String type, Json.Obj json) {
  /** The protocol that we speak. */
  public static final String PROTOCOL = "5.5";

  // Together with the session's id, as other kernels do it: the JDK's random ids first bring up
  // everything that has to do with cryptography.
  private static final AtomicLong COUNT = new AtomicLong();

  /** {@return the subshell that a request is meant for (JEP 91), empty for the main shell} */
  public String subshell() {
    return json.at("subshell_id").text("");
  }

  /** {@return the present time as headers write it} */
  public static String now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS).toString();
  }

  /** {@return the header that a frame holds} */
  public static Header of(Json.Obj json) {
    return new Header(
        json.at("msg_id").text(""),
        json.at("session").text(""),
        json.at("msg_type").text(""),
        json);
  }

  /**
   * {@return a header with a fresh id and the present time}
   *
   * @param session the sender's session
   * @param username the sender
   * @param type the message's type
   */
  public static Header fresh(String session, String username, String type) {
    return of(
        Json.object(
            "msg_id", session + "_" + COUNT.incrementAndGet(),
            "session", session,
            "username", username,
            "date", now(),
            "msg_type", type,
            "version", PROTOCOL));
  }
}

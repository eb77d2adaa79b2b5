package lazuli.kernel.session;

import lazuli.kernel.wire.Json;
import org.jspecify.annotations.Nullable;

/** One type of message: the whole of what the kernel knows of it. */
interface Handler {
  /** {@return the message's type, such as {@code complete_request}} */
  String type();

  /** {@return the thread that handles it} */
  Lane lane();

  /**
   * {@return the content of the reply, null for none}
   *
   * <p>What it throws becomes an error reply.
   */
  Json.@Nullable Obj handle(Request request) throws Exception;

  /** Called when the reply and the status idle are on their way. */
  default void replied(Request request) {}
}

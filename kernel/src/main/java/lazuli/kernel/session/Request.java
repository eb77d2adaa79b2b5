package lazuli.kernel.session;

import lazuli.kernel.wire.Channel;
import lazuli.kernel.wire.Header;
import lazuli.kernel.wire.Json;
import lazuli.kernel.wire.Message;

/**
 * A message that a client sent.
 *
 * @param channel where it came, and where the reply goes
 * @param message what it says
 */
record Request(Channel channel, Message message) {
  Json.Obj content() {
    return message.content();
  }

  Header header() {
    return message.header();
  }

  String type() {
    return message.type();
  }

  /** {@return whether the protocol knows a reply to it; comm messages have none} */
  boolean expectsReply() {
    return type().endsWith("_request");
  }
}

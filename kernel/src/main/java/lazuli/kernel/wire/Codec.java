package lazuli.kernel.wire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Frames to messages and back: delimiter, signature, four JSON frames, buffers. Thread-safe. */
public final class Codec {
  private static final byte[] DELIMITER = "<IDS|MSG>".getBytes(StandardCharsets.US_ASCII);
  private static final int REMEMBERED = 1 << 16;

  private final Signer signer;
  // A recorded message that is sent again carries a signature that was seen before.
  private final Set<String> seen =
      Collections.synchronizedSet(
          Collections.newSetFromMap(
              new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                  return size() > REMEMBERED;
                }
              }));

  /** Takes key and scheme from a connection. */
  public Codec(ConnectionFile connection) {
    signer = new Signer(connection);
  }

  /** {@return the frames of a message, signed} */
  public List<byte[]> encode(Message message) {
    List<byte[]> parts =
        List.of(
            message.header().json().bytes(),
            message.parent() == null ? Json.EMPTY.bytes() : message.parent().json().bytes(),
            message.metadata().bytes(),
            message.content().bytes());
    var frames = new ArrayList<byte[]>(message.identities());
    frames.add(DELIMITER);
    frames.add(signer.sign(parts));
    frames.addAll(parts);
    frames.addAll(message.buffers());
    return frames;
  }

  /** {@return the signature of four JSON frames} */
  public byte[] signature(List<byte[]> parts) {
    return signer.sign(parts);
  }

  /**
   * {@return the message that frames hold}
   *
   * @throws BadMessageException when they are not a message, are signed wrongly or came before
   */
  public Message decode(List<byte[]> frames) throws BadMessageException {
    int delimiter = 0;
    while (delimiter < frames.size() && !Arrays.equals(frames.get(delimiter), DELIMITER)) {
      delimiter++;
    }
    if (frames.size() < delimiter + 6) {
      throw new BadMessageException(
          frames.size() + " frames that are no message: delimiter and five more are needed");
    }
    byte[] signature = frames.get(delimiter + 1);
    List<byte[]> parts = frames.subList(delimiter + 2, delimiter + 6);
    if (!signer.verify(signature, parts)) {
      throw new BadMessageException("a message whose signature does not fit the connection's key");
    }
    if (signer.signed() && !seen.add(new String(signature, StandardCharsets.US_ASCII))) {
      throw new BadMessageException("a message that came before (same signature)");
    }
    try {
      Json.Obj parent = Json.parseObject(parts.get(1));
      Header header = Header.of(Json.parseObject(parts.get(0)));
      if (header.type().isEmpty()) {
        throw new BadMessageException("a message without msg_type in its header");
      }
      return new Message(
          List.copyOf(frames.subList(0, delimiter)),
          header,
          parent.fields().isEmpty() ? null : Header.of(parent),
          Json.parseObject(parts.get(2)),
          Json.parseObject(parts.get(3)),
          List.copyOf(frames.subList(delimiter + 6, frames.size())));
    } catch (IOException e) {
      throw new BadMessageException(
          "a message that is not JSON: "
              + String.valueOf(e.getMessage()).lines().findFirst().get());
    }
  }
}

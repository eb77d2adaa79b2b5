package lazuli.kernel.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message of the Jupyter protocol ("Messaging in Jupyter", the wire protocol).
 *
 * @param identities routing prefix: who asked, or the topic on iopub
 * @param header what this message is
 * @param parent the header of the request that it answers; null for none
 * @param metadata usually empty
 * @param content what it says
 * @param buffers binary parts
 */
public record Message(
    List<byte[]> identities,
    Header header,
    @Nullable Header parent,
    Json.Obj metadata,
    Json.Obj content,
    List<byte[]> buffers) {

  /** {@return the message's type} */
  public String type() {
    return header.type();
  }

  /** {@return whether this answers, or was caused by, a request} */
  public boolean answers(Header request) {
    return parent != null && parent.id().equals(request.id());
  }
}

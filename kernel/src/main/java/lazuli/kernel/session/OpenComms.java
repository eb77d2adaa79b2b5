package lazuli.kernel.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import lazuli.kernel.ext.Comm;
import lazuli.kernel.ext.CommData;
import lazuli.kernel.ext.CommTarget;
import lazuli.kernel.ext.Comms;
import lazuli.kernel.ext.UsageException;
import lazuli.kernel.wire.Header;
import lazuli.kernel.wire.Json;
import org.jspecify.annotations.Nullable;

/** The comms that are open, and the targets that clients can open. Thread-safe. */
final class OpenComms implements Comms.Registry {
  private final Outbox outbox;
  private final Map<String, CommTarget> targets = new ConcurrentHashMap<>();
  private final Map<String, Live> open = new ConcurrentHashMap<>();

  OpenComms(Outbox outbox) {
    this.outbox = outbox;
  }

  @Override
  public void target(String name, CommTarget target) {
    targets.put(name, target);
  }

  @Override
  public Comm open(String targetName, CommData data) {
    Live comm = new Live(UUID.randomUUID().toString(), targetName);
    Json.Obj content = comm.content(data).with("target_name", targetName);
    open.put(comm.id, comm);
    comm.send("comm_open", data, content);
    return comm;
  }

  @Override
  public List<Comm> list() {
    return List.copyOf(open.values());
  }

  /** {@return the target of a name, null when nobody made it known} */
  @Nullable CommTarget targetNamed(String name) {
    return targets.get(name);
  }

  /** {@return a comm that a client opened} */
  Live opened(String id, String targetName) {
    Live comm = new Live(id, targetName);
    open.put(id, comm);
    return comm;
  }

  /** {@return the open comm of an id, null for none} */
  @Nullable Live find(String id) {
    return open.get(id);
  }

  /** Takes a comm that a client closed off the list. */
  void closed(Live comm) {
    comm.open = false;
    open.remove(comm.id, comm);
  }

  /** Tells the client that opened a comm that there is no such target. */
  void refuse(Header request, String id) {
    outbox.publish(request, "comm_close", Json.object("comm_id", id, "data", Json.EMPTY));
  }

  /** One open comm. */
  final class Live implements Comm {
    private final String id;
    private final String targetName;
    private volatile boolean open = true;
    volatile @Nullable Listener messages;
    volatile @Nullable Listener closing;

    private Live(String id, String targetName) {
      this.id = id;
      this.targetName = targetName;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public String targetName() {
      return targetName;
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void send(CommData data) {
      if (!open) {
        throw new IllegalStateException(
            "comm " + targetName + " is closed; open another to send more");
      }
      send("comm_msg", data, content(data));
    }

    @Override
    public void close(CommData data) {
      Json.Obj content = content(data);
      if (open) {
        closed(this);
        send("comm_close", data, content);
      }
    }

    @Override
    public void onMessage(Listener listener) {
      messages = listener;
    }

    @Override
    public void onClose(Listener listener) {
      closing = listener;
    }

    private Json.Obj content(CommData data) {
      return Json.object("comm_id", id, "data", json("data", data.json()));
    }

    private void send(String type, CommData data, Json.Obj content) {
      Json.Obj metadata =
          json("metadata", data.metadata()) instanceof Json.Obj object ? object : Json.EMPTY;
      outbox.publish(outbox.owner(), type, metadata, content, data.buffers());
    }

    private static Json json(String what, String text) {
      try {
        return Json.parse(text.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UsageException(
            "comm: "
                + what
                + " is not JSON: "
                + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
                + "; give an object such as {\"value\": 1}");
      }
    }
  }
}

package lazuli.kernel.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** A subscriber that does not read is left behind, whatever it does to nobody else. */
class PublisherTest {
  private static final int SIZE = 100_000;
  private static final int MESSAGES = 400;
  private static final long SOON = 300_000_000L;

  private final ZMQ.Context context = ZMQ.context(1);
  private int told;
  private ZMQ.Socket socket;
  private int port;

  @BeforeEach
  void bind() {
    socket = context.socket(SocketType.XPUB);
    socket.setXpubVerbose(true);
    socket.setSndHWM(10);
    socket.setLinger(0);
    port = socket.bindToRandomPort("tcp://127.0.0.1");
  }

  @AfterEach
  void close() {
    socket.close();
    context.close();
  }

  private ZMQ.Socket subscriber() {
    ZMQ.Socket one = context.socket(SocketType.SUB);
    one.setRcvHWM(1);
    one.setHandshakeIvl(500);
    one.setReconnectIVL(20);
    one.setLinger(0);
    one.setReceiveTimeOut(60_000);
    one.subscribe("");
    one.connect("tcp://127.0.0.1:" + port);
    // The subscription has arrived once it can be read here.
    assertTrue(socket.recv()[0] == 1);
    return one;
  }

  private static List<byte[]> message(int number) {
    byte[] body = new byte[SIZE];
    body[0] = (byte) number;
    body[1] = (byte) (number >> 8);
    body[2] = (byte) (number >> 16);
    return List.of(new byte[] {'t'}, body);
  }

  private static int number(byte[] body) {
    return (body[0] & 0xff) | (body[1] & 0xff) << 8 | (body[2] & 0xff) << 16;
  }

  private static int number(ZMQ.Socket from) {
    assertEquals(1, from.recv().length);
    assertTrue(from.hasReceiveMore());
    byte[] body = from.recv();
    assertEquals(SIZE, body.length);
    return number(body);
  }

  @Test
  void aSlowReaderLosesNothing() {
    var publisher = new Publisher(socket, 60_000_000_000L, Long.MAX_VALUE, () -> told++);
    try (ZMQ.Socket slow = subscriber()) {
      for (int i = 0; i < MESSAGES; i++) {
        publisher.send(message(i));
      }
      assertTrue(publisher.drain(), "nothing waits: the test's messages are too small");
      for (int i = 0; i < MESSAGES; i++) {
        publisher.drain();
        assertEquals(i, number(slow));
      }
    }
    assertEquals(0, told);
  }

  @Test
  void aSubscriberThatStoppedReadingIsLeftBehindAndToldOf() {
    var publisher = new Publisher(socket, SOON, Long.MAX_VALUE, () -> told++);
    try (ZMQ.Socket stalled = subscriber();
        ZMQ.Socket reading = subscriber()) {
      int sent = 0;
      // Reads on meanwhile, as another client does.
      for (int i = 0; i < MESSAGES; i++) {
        publisher.send(message(sent++));
        while (publisher.drain()) {
          Thread.onSpinWait();
        }
        assertEquals(i, number(reading));
      }
      assertTrue(told >= 1, "nobody was told");
      // It reads again: with gaps at first, then what is new.
      int last = -1;
      int got = 0;
      stalled.setReceiveTimeOut(2000);
      for (byte[] topic = stalled.recv(); topic != null; topic = stalled.recv()) {
        int number = number(stalled.recv());
        assertTrue(number > last, number + " after " + last);
        last = number;
        got++;
      }
      assertTrue(got < sent, "nothing was left out");
      publisher.send(message(sent));
      assertEquals(sent, number(reading));
      assertEquals(sent, number(stalled));
    }
  }

  @Test
  void whenTooMuchWaitsNobodyWaits() {
    var publisher = new Publisher(socket, Long.MAX_VALUE, 20L * SIZE, () -> told++);
    try (ZMQ.Socket stalled = subscriber()) {
      long start = System.nanoTime();
      for (int i = 0; i < MESSAGES; i++) {
        publisher.send(message(i));
      }
      assertTrue(!publisher.drain(), "a client that reads nothing holds messages back");
      assertTrue(System.nanoTime() - start < 30_000_000_000L);
      assertEquals(0, number(stalled));
    }
  }
}

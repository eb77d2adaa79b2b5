package lazuli.kernel.session;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Puts the cells' streams in the place of the process's until closed. */
final class Capture implements AutoCloseable {
  private final PrintStream out = System.out;
  private final PrintStream err = System.err;
  private final InputStream in = System.in;

  Capture(Outbox outbox, InputStream input) {
    System.setOut(stream(outbox, Outbox.Stream.STDOUT));
    System.setErr(stream(outbox, Outbox.Stream.STDERR));
    System.setIn(input);
  }

  private static PrintStream stream(Outbox outbox, Outbox.Stream name) {
    var bytes =
        new OutputStream() {
          @Override
          public void write(int b) {
            outbox.write(name, new byte[] {(byte) b}, 0, 1);
          }

          @Override
          public void write(byte[] source, int offset, int length) {
            outbox.write(name, source, offset, length);
          }
        };
    return new PrintStream(bytes, false, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    System.setOut(out);
    System.setErr(err);
    System.setIn(in);
  }
}

package lazuli.compat.bridge;

import org.dflib.jjava.jupyter.channels.ShellReplyEnvironment;
import org.dflib.jjava.jupyter.kernel.JupyterIO;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.messages.ContentType;
import org.dflib.jjava.jupyter.messages.publish.PublishUpdateDisplayData;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import lazuli.kernel.ext.Notebook;

/** JJava's streams: what is displayed through them goes below the cell. */
public final class JJavaStreams extends JupyterIO {
  /**
   * Makes the streams.
   *
   * @param notebook where things are shown
   */
  public JJavaStreams(Notebook notebook) {
    super(StandardCharsets.UTF_8);
    setEnv(new Environment(notebook));
  }

  private static final class Environment extends ShellReplyEnvironment {
    private final Notebook notebook;

    Environment(Notebook notebook) {
      super(null, null, null, null);
      this.notebook = notebook;
    }

    @Override
    public <T extends ContentType<T>> void publish(T content) {
      if (!(content instanceof DisplayData data)) {
        return;
      }
      String given = data.getDisplayId();
      String id = given == null ? UUID.randomUUID().toString() : given;
      if (content instanceof PublishUpdateDisplayData) {
        notebook.updateDisplay(id, Bundles.of(data));
      } else {
        notebook.display(id, Bundles.of(data));
      }
    }

    @Override
    public void writeToStdOut(String text) {
      System.out.print(text);
    }

    @Override
    public void writeToStdErr(String text) {
      System.err.print(text);
    }
  }
}

package lazuli.gpu.measure;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * PyTorch in a process of its own, which times one case when it is asked, so that both take turns
 * in one run. Without it the column is empty and says why.
 */
final class Peer implements AutoCloseable {
  private final @Nullable Process process;
  private final @Nullable BufferedReader answers;
  private final @Nullable BufferedWriter questions;

  /** What it is, or why there is none. */
  final String state;

  /** What it answered: a time in microseconds and which of its ways was the fastest. */
  record Answer(double micros, String way) {}

  /**
   * Starts it.
   *
   * @param command the interpreter and the script; empty for no peer
   */
  Peer(List<String> command) {
    Process started = null;
    BufferedReader reader = null;
    BufferedWriter writer = null;
    String says = "no peer was asked for";
    if (!command.isEmpty()) {
      try {
        started =
            new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        reader =
            new BufferedReader(
                new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
        writer =
            new BufferedWriter(
                new OutputStreamWriter(started.getOutputStream(), StandardCharsets.UTF_8));
        String first = reader.readLine();
        says = first == null ? "the peer ended without a word" : first;
      } catch (IOException e) {
        says = String.valueOf(e.getMessage());
      }
    }
    state = says;
    boolean ready = says.startsWith("ready ");
    process = started;
    answers = ready ? reader : null;
    questions = ready ? writer : null;
  }

  /**
   * {@return its time of a case}
   *
   * @param name one of the cases that its script knows
   * @throws IOException with the reason why there is none
   */
  Answer ask(String name) throws IOException {
    if (questions == null || answers == null) {
      throw new IOException(state);
    }
    questions.write(name + "\n");
    questions.flush();
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the peer ended");
    }
    String[] parts = line.split(" ", 2);
    try {
      return new Answer(Double.parseDouble(parts[0]), parts.length > 1 ? parts[1] : "");
    } catch (NumberFormatException e) {
      throw new IOException(line, e);
    }
  }

  @Override
  public void close() throws IOException {
    if (process == null) {
      return;
    }
    if (questions != null) {
      questions.close();
    }
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}

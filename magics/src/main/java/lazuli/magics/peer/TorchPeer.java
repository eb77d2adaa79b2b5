package lazuli.magics.peer;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import lazuli.magics.report.Json;
import lazuli.magics.stats.Subject;
import org.jspecify.annotations.Nullable;

/**
 * PyTorch in a Python process: operands go through files in a private folder, requests and answers
 * as lines of JSON. The peer times itself, so the pipe is not part of its times.
 *
 * <p>Mutable (a process and its pipe); used by one thread.
 */
public final class TorchPeer implements AutoCloseable {
  /** The environment variable that names a Python with PyTorch. */
  public static final String VARIABLE = "LAZULI_PYTHON";

  private static final String FIX =
      "; install it (pip install torch), or name a Python that has it with --python PATH or the"
          + " variable "
          + VARIABLE;

  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader answers;
  private final Path folder;
  private final String python;
  private String version = "";
  private int prepared;

  private TorchPeer(Process process, Path folder, String python) {
    this.process = process;
    this.folder = folder;
    this.python = python;
    requests =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * {@return a running PyTorch}
   *
   * @param python the interpreter; null or empty for the one in {@code LAZULI_PYTHON}, or {@code
   *     python3}
   * @param threads that it may compute with
   * @throws PeerException if there is no such Python or it has no PyTorch
   */
  public static TorchPeer start(@Nullable String python, int threads) throws PeerException {
    String named = python == null || python.isBlank() ? System.getenv(VARIABLE) : python;
    String command = named == null || named.isBlank() ? "python3" : named;
    Path folder = null;
    try {
      folder = Files.createTempDirectory("lazuli-peer");
      Path script = folder.resolve("torch_peer.py");
      try (InputStream in = TorchPeer.class.getResourceAsStream("torch_peer.py")) {
        if (in == null) {
          throw new PeerException("torch_peer.py is missing from this installation");
        }
        Files.copy(in, script);
      }
      ProcessBuilder builder = new ProcessBuilder(command, "-u", script.toString());
      builder.redirectError(folder.resolve("stderr.txt").toFile());
      TorchPeer peer = new TorchPeer(builder.start(), folder, command);
      try {
        var hello = peer.ask(Map.of("do", "hello", "threads", threads));
        peer.version = String.valueOf(hello.get("version"));
        return peer;
      } catch (PeerException refused) {
        peer.close();
        throw new PeerException(
            "'" + command + "' cannot run PyTorch: " + refused.getMessage() + FIX);
      }
    } catch (IOException failed) {
      if (folder != null) {
        delete(folder);
      }
      throw new PeerException("cannot start '" + command + "': " + failed.getMessage() + FIX);
    }
  }

  /**
   * Sets how many threads PyTorch may compute with.
   *
   * @param count 1 or more
   * @throws PeerException if the process has ended
   */
  public void threads(int count) throws PeerException {
    ask(Map.of("do", "threads", "threads", count));
  }

  /**
   * Frees the operands of a task.
   *
   * @param prepared what is timed no more
   * @throws PeerException if the process has ended, or it was dropped before
   */
  public void drop(Prepared prepared) throws PeerException {
    ask(Map.of("do", "drop", "id", prepared.id()));
  }

  /** {@return PyTorch's version} */
  public String version() {
    return version;
  }

  /** {@return the private folder of its files} */
  Path folder() {
    return folder;
  }

  /**
   * {@return the task, computed once and ready to be timed}
   *
   * @param name its name in tables
   * @param task what to compute
   * @throws PeerException if PyTorch refuses it; the message is PyTorch's
   */
  public Prepared prepare(String name, PeerTask task) throws PeerException {
    int id = prepared++;
    Path output = folder.resolve(id + "-output");
    try {
      List<Object> inputs = new ArrayList<>();
      for (PeerTask.Operand operand : task.inputs()) {
        Path file = folder.resolve(id + "-" + inputs.size());
        Files.write(file, operand.bytes());
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("file", file.toString());
        entry.put("dtype", operand.dtype().label());
        entry.put("shape", Arrays.stream(operand.shape().dims()).boxed().toList());
        inputs.add(entry);
      }
      Map<String, Object> request = new LinkedHashMap<>();
      request.put("do", "prepare");
      request.put("id", id);
      request.put("op", task.op());
      request.put("inputs", inputs);
      request.put("options", task.options());
      request.put("output", output.toString());
      Map<?, ?> answer = ask(request);
      double[] values = doubles(Files.readAllBytes(output));
      Files.delete(output);
      double first = ((Number) number(answer, "first")).doubleValue();
      return new Prepared(
          id, new Timed(name, id), values, String.valueOf(answer.get("dtype")), first);
    } catch (IOException failed) {
      throw new PeerException("cannot hand operands to PyTorch: " + failed.getMessage());
    }
  }

  private static double[] doubles(byte[] bytes) {
    double[] values = new double[bytes.length / Double.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(values);
    return values;
  }

  private static Object number(Map<?, ?> answer, String key) throws PeerException {
    Object value = answer.get(key);
    if (!(value instanceof Number)) {
      throw new PeerException("PyTorch's process answered without '" + key + "': " + answer);
    }
    return value;
  }

  /**
   * A task that the peer has computed once.
   *
   * @param id the peer's number for it
   * @param subject to time; its first call has been made
   * @param values the result
   * @param dtype the result's type
   * @param first nanoseconds of the first call
   */
  public record Prepared(int id, Subject subject, double[] values, String dtype, double first) {}

  /** Times a prepared task in the peer's own clock. */
  private final class Timed implements Subject {
    private final String name;
    private final int id;

    Timed(String name, int id) {
      this.name = name;
      this.id = id;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public boolean compiles() {
      return false;
    }

    @Override
    public double nanos(int calls) throws PeerException {
      return nanos(calls, 0);
    }

    @Override
    public double afterOne(int calls) throws PeerException {
      return nanos(calls, 1);
    }

    private double nanos(int calls, int before) throws PeerException {
      var answer = ask(Map.of("do", "time", "id", id, "calls", calls, "before", before));
      return ((Number) number(answer, "nanos")).doubleValue();
    }
  }

  private Map<?, ?> ask(Map<String, ?> request) throws PeerException {
    try {
      requests.write(Json.write(request));
      requests.write('\n');
      requests.flush();
    } catch (IOException closed) {
      // The process has ended; its last words may still be in the pipe.
    }
    try {
      String line = answers.readLine();
      if (line == null) {
        throw new PeerException("its process ended: " + lastError());
      }
      if (!(Json.read(line) instanceof Map<?, ?> answer)) {
        throw new PeerException("it answered: " + line);
      }
      if (!Boolean.TRUE.equals(answer.get("ok"))) {
        throw new PeerException(String.valueOf(answer.get("error")));
      }
      return answer;
    } catch (IOException broken) {
      throw new PeerException("it answered no JSON: " + broken.getMessage());
    }
  }

  private String lastError() {
    try {
      List<String> lines = Files.readAllLines(folder.resolve("stderr.txt"));
      return lines.isEmpty() ? "it said nothing" : lines.getLast().strip();
    } catch (IOException unreadable) {
      return "it said nothing";
    }
  }

  /** Ends the process and removes its files. */
  @Override
  public void close() {
    try {
      requests.close();
    } catch (IOException closed) {
      // It ended first.
    }
    try {
      if (!process.waitFor(2, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException stop) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    delete(folder);
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException gone) {
      // Nothing to remove.
    }
  }

  @Override
  public String toString() {
    return "PyTorch " + version + " (" + python + ")";
  }
}

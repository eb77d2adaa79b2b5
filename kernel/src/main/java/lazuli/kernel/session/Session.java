package lazuli.kernel.session;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import lazuli.kernel.cell.JavaSession;
import lazuli.kernel.cell.StatementLimit;
import lazuli.kernel.config.ConfigMagic;
import lazuli.kernel.display.Display;
import lazuli.kernel.display.Renderers;
import lazuli.kernel.display.Results;
import lazuli.kernel.ext.Comms;
import lazuli.kernel.ext.Extension;
import lazuli.kernel.magic.BuiltInMagics;
import lazuli.kernel.notebook.Functions;
import lazuli.kernel.notebook.Settings;
import lazuli.kernel.posix.ProcessOutput;
import lazuli.kernel.wire.Channel;
import lazuli.kernel.wire.Codec;
import lazuli.kernel.wire.ConnectionFile;
import lazuli.kernel.wire.KernelSockets;
import lazuli.kernel.wire.Log;
import org.jspecify.annotations.Nullable;

/**
 * A running kernel: sockets, threads, one Java session. The sockets answer when the constructor
 * returns; Java comes up behind them.
 */
public final class Session implements AutoCloseable {
  private static final long WARM_AFTER_MS = 1500;
  private static final long LONGEST_END_MS = 1000;

  private final String id = freshId();
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, daemon("lazuli-flush"));
  private final ExecutorService control =
      Executors.newSingleThreadExecutor(daemon("lazuli-control"));
  private final ExecutorService shell = Executors.newSingleThreadExecutor(daemon("lazuli-shell"));
  private final ExecutorService analysis =
      Executors.newSingleThreadExecutor(daemon("lazuli-analysis"));
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Outbox outbox;
  private final JavaStart start;
  private final ExecutionLane execution;
  private final Subshells subshells;
  private final KernelSockets sockets;
  private final Capture capture;
  private final History history;
  private final CompletableFuture<Optional<ProcessOutput>> processOutput =
      new CompletableFuture<>();

  /**
   * Binds the sockets and starts.
   *
   * @param connection where to listen
   * @param extensions what brings magics and renderers; looked through on a background thread
   * @throws lazuli.kernel.ext.UsageException in one line, when the sockets cannot be bound
   */
  public Session(ConnectionFile connection, Iterable<Extension> extensions) {
    this(connection, extensions, Optional.empty());
  }

  /**
   * Binds the sockets and starts, with a history that outlives this session.
   *
   * @param connection where to listen
   * @param extensions what brings magics and renderers; looked through on a background thread
   * @param historyFile where the cells of all sessions are kept; empty for nowhere
   * @throws lazuli.kernel.ext.UsageException in one line, when the sockets cannot be bound
   */
  public Session(
      ConnectionFile connection, Iterable<Extension> extensions, Optional<Path> historyFile) {
    this(connection, extensions, historyFile, System::getenv);
  }

  /**
   * Binds the sockets and starts in an environment.
   *
   * @param connection where to listen
   * @param extensions what brings magics and renderers; looked through on a background thread
   * @param historyFile where the cells of all sessions are kept; empty for nowhere
   * @param environment a variable's value by its name, null when it is not set
   * @throws lazuli.kernel.ext.UsageException in one line, when the sockets cannot be bound
   */
  public Session(
      ConnectionFile connection,
      Iterable<Extension> extensions,
      Optional<Path> historyFile,
      UnaryOperator<@Nullable String> environment) {
    Codec codec = new Codec(connection);
    // The limit of a statement is forgotten when the statement ends.
    timer.setRemoveOnCancelPolicy(true);
    outbox = new Outbox(codec, id, this::send, timer);
    var stdin = new StdinRequests(codec, outbox);
    var renderers = new Renderers();
    var results = new Results();
    var payloads = new Payloads();
    var surface = new CellSurface(outbox, renderers, results, stdin, payloads, timer);
    var comms = new OpenComms(outbox);
    var registered = new Extensions(renderers, results);
    history = History.keptBy(historyFile);
    Settings settings = Settings.read(environment, this::warn);
    start = new JavaStart(registered, settings, limit(settings));
    var notebook =
        new LiveNotebook(registered, surface, start::earlyJava, settings.loadExtensions());
    var execute = new Execute(start, outbox, surface, stdin, history, results, payloads);
    subshells =
        new Subshells(
            name ->
                new ExecutionLane(
                    name,
                    this::afterArrived,
                    timer,
                    this::insist,
                    this::abandon,
                    execute::abandoned));
    execution =
        new ExecutionLane(
            "lazuli-cells",
            this::afterArrived,
            timer,
            this::insist,
            this::abandon,
            execute::abandoned);
    BuiltInMagics.install(registered, registered::magics, start::earlyJava, notebook);
    registered.magic(new ConfigMagic(LiveSettings.of(start, outbox)));
    start.whenUp(this::warmLater);
    // The compiler takes longest to come up, so it begins before the sockets are there.
    start.begin(extensions, notebook, this::warn, execution::idle);
    // Every type of message that the kernel knows.
    List<Handler> handlers =
        new ArrayList<>(
            List.of(
                new KernelInfo(),
                execute,
                new Complete(start),
                new Inspect(start),
                new IsComplete(start),
                new HistoryRequest(history),
                new CommInfo(comms),
                new Debug(),
                new Interrupt(this::interrupt),
                new Shutdown(outbox, this::stop)));
    handlers.addAll(new CommMessages(comms, start, outbox).handlers());
    handlers.addAll(subshells.handlers());
    var router = new Router(handlers, codec, outbox, this::submit);
    sockets =
        new KernelSockets(
            connection,
            codec,
            id,
            this::leftBehind,
            Map.of(
                Channel.CONTROL,
                frames -> control.execute(() -> router.received(Channel.CONTROL, frames)),
                Channel.SHELL,
                frames -> shell.execute(() -> router.received(Channel.SHELL, frames)),
                Channel.STDIN,
                stdin::received));
    capture = new Capture(outbox, stdin.stream());
    Display.use(surface);
    Comms.use(comms);
    Functions.use(notebook);
    outbox.status(null, "starting");
    sockets.start();
    start.socketsBound();
  }

  /**
   * {@return an id that no other session has, on this machine or another: it is no secret, so the
   * JDK's generators of secrets are not brought up for it}
   */
  private static String freshId() {
    long time = System.currentTimeMillis() << 20 ^ System.nanoTime();
    long process = ProcessHandle.current().pid() << 32 ^ System.identityHashCode(new Object());
    return new UUID(time, process).toString();
  }

  /** The first documentation takes a third of a second of the compiler: not of a first cell's. */
  private void warmLater(JavaSession java) {
    if (!timer.isShutdown()) {
      timer.schedule(() -> analysis.execute(java::warm), WARM_AFTER_MS, TimeUnit.MILLISECONDS);
    }
  }

  /** {@return the file of the user's history: that of LAZULI_HISTORY, else in the data folder} */
  public static Optional<Path> standardHistory() {
    return HistoryFile.standard(System.getenv("LAZULI_HISTORY"));
  }

  /** {@return the magics that are known now} */
  java.util.Collection<lazuli.kernel.ext.Magic> magics() {
    return start.extensions().magics();
  }

  private static ThreadFactory daemon(String name) {
    return Thread.ofPlatform().daemon().name(name).factory();
  }

  /**
   * Shows in cells what native code and child processes write to this process's own output, too.
   * Cells wait for it. Where it cannot be done the log says so, and cells run without.
   */
  public void captureProcessOutput() {
    start.before(processOutput);
    Thread thread = new Thread(this::openProcessOutput, "lazuli-native");
    thread.setDaemon(true);
    thread.start();
  }

  private void openProcessOutput() {
    try {
      var output =
          new ProcessOutput(
              (descriptor, bytes) ->
                  outbox.write(
                      descriptor == 1 ? Outbox.Stream.STDOUT : Outbox.Stream.STDERR,
                      bytes,
                      0,
                      bytes.length));
      Log.to(output.original());
      outbox.before(output::drain);
      processOutput.complete(Optional.of(output));
    } catch (RuntimeException | LinkageError e) {
      Log.warn(
          "what native code and child processes print is not shown in cells: " + e.getMessage());
      processOutput.complete(Optional.empty());
    }
  }

  private void send(Channel channel, List<byte[]> frames) {
    sockets.send(channel, frames);
  }

  private void afterArrived(Runnable action) {
    sockets.afterArrived(() -> shell.execute(action));
  }

  private void submit(Lane lane, Router.Task task) {
    switch (lane) {
      // Requests come here on their channel's own thread.
      case CONTROL, SHELL -> task.run();
      case ANALYSIS -> analysis.execute(task::run);
      case EXECUTION -> execute(task);
    }
  }

  private void execute(Router.Task task) {
    String subshell = task.request().header().subshell();
    ExecutionLane lane = subshell.isEmpty() ? execution : subshells.lane(subshell);
    if (lane == null) {
      task.refuse(Subshells.unknown(subshell));
    } else {
      lane.add(task);
    }
  }

  private void warn(String warning) {
    byte[] line = ("Warning: " + warning + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
    outbox.write(Outbox.Stream.STDERR, line, 0, line.length);
  }

  private void leftBehind() {
    warn(
        "a client of this kernel does not read what it is sent and misses messages from here on;"
            + " open its notebook again to see what is kept");
  }

  private @Nullable StatementLimit limit(Settings settings) {
    Settings.Limit limit = settings.timeout();
    return limit == null
        ? null
        : new StatementLimit(limit.duration(), limit.message(), timer, this::watchStopped);
  }

  private void watchStopped(Thread cells) {
    execution.watchStopped(cells);
    subshells.watchStopped(cells);
  }

  private void insist(boolean threads) {
    JavaSession java = start.ifUp();
    if (java != null) {
      java.insist(threads);
    }
  }

  private boolean abandon() {
    JavaSession java = start.ifUp();
    return java != null && java.abandon();
  }

  /** Stops the running cell; does nothing when none runs. */
  public void interrupt() {
    JavaSession java = start.ifUp();
    if (java != null) {
      java.interrupt();
    }
    execution.watchInterrupted();
    subshells.watchInterrupted();
  }

  /** Lets {@link #awaitStop} return. */
  public void stop() {
    stopped.countDown();
  }

  /** Waits until a client asks the kernel to end, or {@link #stop} is called. */
  public void awaitStop() throws InterruptedException {
    stopped.await();
  }

  /**
   * Says in the running cell that the process ends, and closes: for a process that ends without a
   * client that asked for it. Does nothing when one asked. Takes a second at most.
   */
  public void endUnasked() {
    if (stopped.getCount() == 0) {
      return;
    }
    Thread thread = new Thread(this::lastWords, "lazuli-closing");
    thread.setDaemon(true);
    thread.start();
    try {
      thread.join(LONGEST_END_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lastWords() {
    warn(
        "the kernel's process ends: a library called System.exit, or the system ended it. Its"
            + " variables are gone; restart the kernel.");
    outbox.flush();
    close();
  }

  /** Interrupts what runs, sends what is queued, closes the sockets, gives the streams back. */
  @Override
  public void close() {
    stop();
    interrupt();
    processOutput.getNow(Optional.empty()).ifPresent(ProcessOutput::close);
    outbox.before(() -> {});
    subshells.close();
    capture.close();
    Display.use(null);
    Comms.use(null);
    Functions.use(null);
    sockets.close();
    history.close();
    timer.shutdownNow();
    control.shutdownNow();
    shell.shutdownNow();
    analysis.shutdownNow();
  }
}

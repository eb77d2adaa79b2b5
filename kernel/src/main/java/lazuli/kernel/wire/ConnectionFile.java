package lazuli.kernel.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import lazuli.kernel.ext.UsageException;

/**
 * Where a kernel and its clients meet: what a Jupyter client writes to a file before it starts the
 * kernel ("Making kernels for Jupyter", connection files).
 *
 * @param transport {@code tcp} or {@code ipc}
 * @param ip the address to bind, for {@code ipc} the start of the socket files' path
 * @param shell port of the shell channel
 * @param iopub port of the iopub channel
 * @param stdin port of the stdin channel
 * @param control port of the control channel
 * @param heartbeat port of the heartbeat
 * @param key the secret that signs messages; empty for unsigned
 * @param scheme such as {@code hmac-sha256}
 */
public record ConnectionFile(
    String transport,
    String ip,
    int shell,
    int iopub,
    int stdin,
    int control,
    int heartbeat,
    String key,
    String scheme) {

  /**
   * {@return the content of a connection file}
   *
   * @param path the file
   * @throws UsageException in one line, when the file is missing or is not a connection file
   */
  public static ConnectionFile read(Path path) {
    Json.Obj json;
    try {
      json = Json.parseObject(Files.readAllBytes(path));
    } catch (NoSuchFileException e) {
      throw wrong(path, "there is no such file");
    } catch (IOException e) {
      throw wrong(path, "it is not a JSON object");
    }
    String transport = json.at("transport").text("tcp");
    if (!transport.equals("tcp") && !transport.equals("ipc")) {
      throw wrong(path, "transport is \"" + transport + "\"; tcp and ipc are known");
    }
    String scheme = json.at("signature_scheme").text("hmac-sha256");
    if (!scheme.startsWith("hmac-")) {
      throw wrong(path, "signature_scheme is \"" + scheme + "\"; hmac-sha256 is known");
    }
    String ip = json.at("ip").text("");
    if (ip.isEmpty()) {
      throw wrong(path, "ip is missing");
    }
    return new ConnectionFile(
        transport,
        ip,
        port(path, json, "shell_port"),
        port(path, json, "iopub_port"),
        port(path, json, "stdin_port"),
        port(path, json, "control_port"),
        port(path, json, "hb_port"),
        json.at("key").text(""),
        scheme);
  }

  private static int port(Path path, Json json, String key) {
    long port = json.at(key).number(0);
    if (port < 1 || port > 65535) {
      throw wrong(path, key + " is missing or is not a port");
    }
    return (int) port;
  }

  private static UsageException wrong(Path path, String why) {
    return new UsageException(
        "connection file "
            + path
            + ": "
            + why
            + "; a Jupyter client writes this file and passes its path");
  }

  /**
   * {@return a connection on this machine with five free ports and a fresh key}
   *
   * @throws IOException when no port is free
   */
  public static ConnectionFile onFreePorts() throws IOException {
    var held = new ArrayList<ServerSocket>();
    try {
      for (int i = 0; i < 5; i++) {
        held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      List<Integer> ports = held.stream().map(ServerSocket::getLocalPort).toList();
      return new ConnectionFile(
          "tcp",
          "127.0.0.1",
          ports.get(0),
          ports.get(1),
          ports.get(2),
          ports.get(3),
          ports.get(4),
          freshKey(),
          "hmac-sha256");
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }

  /**
   * {@return a connection over socket files}
   *
   * @param prefix the start of the socket files' path; at most about 90 characters
   */
  public static ConnectionFile onFiles(Path prefix) {
    return new ConnectionFile("ipc", prefix.toString(), 1, 2, 3, 4, 5, freshKey(), "hmac-sha256");
  }

  private static String freshKey() {
    byte[] key = new byte[16];
    new java.security.SecureRandom().nextBytes(key);
    return HexFormat.of().formatHex(key);
  }

  /**
   * Writes this as a connection file that only its owner can read.
   *
   * @param path where; replaced if it exists
   * @throws IOException when it cannot be written
   */
  public void write(Path path) throws IOException {
    Files.deleteIfExists(path);
    if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    Files.write(
        path,
        Json.object(
                "transport", transport,
                "ip", ip,
                "shell_port", shell,
                "iopub_port", iopub,
                "stdin_port", stdin,
                "control_port", control,
                "hb_port", heartbeat,
                "key", key,
                "signature_scheme", scheme,
                "kernel_name", "lazuli")
            .pretty());
  }

  /** {@return the address of a TCP port in ZeroMQ's notation} */
  String address(int port) {
    return ip.contains(":") ? "tcp://[" + ip + "]:" + port : "tcp://" + ip + ":" + port;
  }

  /** {@return the file of a port of an ipc connection} */
  Path socketFile(int port) {
    return Path.of(ip + "-" + port);
  }

  /** {@return the port of a channel} */
  int port(Channel channel) {
    return switch (channel) {
      case SHELL -> shell;
      case CONTROL -> control;
      case STDIN -> stdin;
      case IOPUB -> iopub;
    };
  }

  /** {@return the key's bytes} */
  byte[] keyBytes() {
    return key.getBytes(StandardCharsets.UTF_8);
  }
}

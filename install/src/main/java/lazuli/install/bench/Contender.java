package lazuli.install.bench;

import java.util.List;
import java.util.function.IntFunction;

/**
 * A kernel to time, and how its language says what the cells do.
 *
 * @param name in the table's head
 * @param command starts it; the path of the connection file is put for {@code {connection_file}}
 * @param signals whether an interrupt is SIGINT (else it is a message, as its kernelspec says)
 * @param expression a cell with a value, of a number
 * @param declaration a cell that declares the variable of a number
 * @param print a cell that prints so many lines
 * @param loop a cell that says {@code on} and never ends
 * @param read a cell that says {@code on} and waits for bytes that never come
 * @param completable an unfinished expression to complete at its end
 */
record Contender(
    String name,
    List<String> command,
    boolean signals,
    IntFunction<String> expression,
    IntFunction<String> declaration,
    IntFunction<String> print,
    String loop,
    String read,
    String completable) {

  static Contender java(List<String> command) {
    return new Contender(
        "Lazuli",
        command,
        false,
        n -> "1 + " + n,
        n -> "int v" + n + " = " + n + ";",
        n -> "for (int i = 0; i < " + n + "; i++) System.out.println(i);",
        "System.out.println(\"on\");\nwhile (true) {}",
        """
        var server = new java.net.ServerSocket(0);
        var socket = new java.net.Socket(server.getInetAddress(), server.getLocalPort());
        System.out.println("on");
        socket.getInputStream().read();""",
        "\"abc\".sub");
  }

  static Contender ipykernel(List<String> command) {
    return new Contender(
        "ipykernel",
        command,
        true,
        n -> "1 + " + n,
        n -> "v" + n + " = " + n,
        n -> "for i in range(" + n + "): print(i)",
        "print('on')\nwhile True: pass",
        """
        import socket
        ends = socket.socketpair()
        print('on', flush=True)
        ends[0].recv(1)""",
        "'abc'.sta");
  }
}

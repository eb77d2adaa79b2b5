package lazuli.kernel.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import lazuli.kernel.conformance.Language.Snippet;
import lazuli.kernel.wire.Exchange;
import lazuli.kernel.wire.Json;

/** What ends a kernel or tries to; each with a kernel of its own. */
final class ProcessChecks {
  private ProcessChecks() {}

  static List<Check> rows() {
    return List.of(
        Check.of(
            "end.shutdown",
            "shutdown on control is answered, and the process ends",
            peer -> {
              Exchange asked =
                  peer.client.control("shutdown_request", Json.object("restart", false));
              Json.Obj reply = asked.await(Peer.LIMIT).content();
              assertEquals("ok", reply.at("status").text(""));
              assertEquals(Json.of(false), reply.at("restart"));
              assertTrue(peer.endsWithin(Peer.LIMIT));
            }),
        Check.of(
            "end.shutdown-on-shell",
            "shutdown on shell works for older clients",
            peer -> {
              Exchange asked = peer.send("shutdown_request", Json.object("restart", true));
              assertEquals(Json.of(true), asked.await(Peer.LIMIT).content().at("restart"));
              assertTrue(peer.endsWithin(Peer.LIMIT));
            }),
        Check.of(
            "end.shutdown-while-busy",
            "a running cell does not keep the kernel from ending",
            peer -> {
              Peer.await(peer.start(Snippet.LOOP), "stream");
              peer.client.control("shutdown_request", Json.object("restart", false));
              // No longer than that: ipykernel never does.
              assertTrue(peer.endsWithin(Duration.ofSeconds(30)));
            }),
        Check.of(
            "end.sigint",
            "SIGINT with nothing running does not end the kernel",
            peer -> {
              new ProcessBuilder("/bin/kill", "-INT", "" + peer.process.pid()).start().waitFor();
              assertEquals("42", peer.run(Snippet.EXPRESSION).result());
              assertTrue(peer.process.isAlive());
            }),
        Check.of(
            "end.sigint-cell",
            "SIGINT interrupts the cell",
            peer -> {
              Exchange cell = peer.start(Snippet.LOOP);
              Peer.await(cell, "stream");
              new ProcessBuilder("/bin/kill", "-INT", "" + peer.process.pid()).start().waitFor();
              assertEquals("error", Peer.collect(cell).status());
              assertEquals("42", peer.run(Snippet.EXPRESSION).result());
            }));
  }
}

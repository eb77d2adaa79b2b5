package lazuli.array;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import lazuli.array.profile.EvaluationPoints;
import lazuli.array.profile.EvaluationPoints.Cause;
import lazuli.array.profile.Trace;
import lazuli.array.profile.UserCode;
import lazuli.array.type.ArrayException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluation beside the program, and where evaluation happens although nobody asked. */
class AsyncTest {
  @Test
  void theArraysComeBackComputed() {
    Array x = normal(key(1), 64, 64);
    Array y = x.matmul(x);
    Array z = y.sum();
    List<Array> done = evalAsync(y, z).join();
    assertSame(y, done.getFirst());
    assertTrue(y.evaluated() && z.evaluated());
  }

  @Test
  void aReaderWaitsOrComputesAndGetsTheSame() {
    Array x = ones(256, 256);
    for (int i = 0; i < 20; i++) {
      Array y = x.add(i).matmul(x);
      evalAsync(y);
      assertEquals((i + 1) * 256, y.get("0, 0").item());
    }
    synchronize();
  }

  @Test
  void waitingForDevicesIsNothingOnTheProcessor() {
    Array x = ones(4).add(1.0).eval();
    Stream.awaitDevices();
    assertEquals(2, x.get("3").item());
  }

  @Test
  void aStreamKeepsItsOrderAndWaitsForIt() {
    Stream stream = new Stream("side");
    assertEquals("stream side", stream.toString());
    List<Array> all = new ArrayList<>();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Array x = ones(1000).mul(i).sum();
      all.add(x);
      int number = i;
      stream
          .evalAsync(x)
          .thenRun(
              () -> {
                synchronized (order) {
                  order.add(number);
                }
              });
    }
    stream.synchronize();
    assertTrue(all.stream().allMatch(Array::evaluated));
  }

  @Test
  void anErrorIsThrownByJoinAndByTheReader() {
    long limit = memory().limit();
    Array big = ones(1L << 34).add(1);
    try {
      memoryLimit(1L << 30);
      CompletionException e = assertThrows(CompletionException.class, () -> evalAsync(big).join());
      assertTrue(e.getCause() instanceof ArrayException, String.valueOf(e.getCause()));
      assertThrows(ArrayException.class, big::eval);
    } finally {
      memoryLimit(limit);
    }
  }

  @Test
  void inAScopeNothingIsLeftForLater() {
    Array[] inside = new Array[1];
    Scope.run(
        scope -> {
          inside[0] = ones(8).add(1);
          evalAsync(inside[0]);
          assertTrue(inside[0].evaluated());
          return scope.keep(inside[0]);
        });
    assertEquals(16, inside[0].sum().item());
  }

  @Test
  void theBackendAndTheTraceOfTheCallerAreUsed() throws Exception {
    Trace trace = new Trace();
    Array x = ones(3, 3).add(1);
    trace.record(() -> on("reference", () -> evalAsync(x).join()));
    assertEquals("reference", trace.spans().getFirst().kernel());
  }

  @Test
  void pointsThatComputeAreCountedWithTheirPlace() throws Exception {
    EvaluationPoints.clear();
    UserCode.namedBy(
        new UserCode.Names() {
          @Override
          public String cell() {
            return "cell 7";
          }

          @Override
          public String line(StackTraceElement frame) {
            return "cell 7 line 3";
          }
        });
    try {
      Array x = ones(3).add(1);
      for (int i = 0; i < 5; i++) {
        x.mul(i).sum().item();
      }
      x.toString();
      x.toString();
      x.eval();
      x.toFloatArray();
      Array y = x.add(1);
      new Trace().record(() -> y.sum().toFloatArray());
      List<EvaluationPoints.Point> points = EvaluationPoints.points();
      assertEquals(new EvaluationPoints.Point(Cause.ITEM, "cell 7", 5), points.get(0));
      assertEquals(new EvaluationPoints.Point(Cause.DISPLAY, "cell 7", 1), points.get(1));
      assertEquals(Cause.COPY, points.get(2).cause());
      assertEquals("cell 7 line 3", points.get(2).place());
      assertEquals(3, points.size());
      assertEquals("copy to a Java array", points.get(2).cause().label());
    } finally {
      UserCode.nameless();
      EvaluationPoints.clear();
    }
    assertFalse(EvaluationPoints.points().iterator().hasNext());
  }

  @Test
  void savingIsACauseOfItsOwn(@TempDir Path folder) {
    EvaluationPoints.clear();
    save(folder.resolve("x.npy").toString(), ones(3).add(1));
    save(folder.resolve("y.npy").toString(), ones(2, 3).add(1).t());
    assertEquals(List.of(new EvaluationPoints.Point(Cause.SAVE, "", 2)), EvaluationPoints.points());
    EvaluationPoints.clear();
  }
}

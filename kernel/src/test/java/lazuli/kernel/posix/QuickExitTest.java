package lazuli.kernel.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuickExitTest {
  @ParameterizedTest
  @CsvSource({
    "-XX:+UseSerialGC, false",
    "-XX:AOTCache=/Exit/Print/kernel.aot, false",
    "-XX:LoopStripMiningIter=1000, false",
    "-Xlog:trimnative=off, false",
    "-Dkey=-agentlib, false",
    "-XX:AOTCacheOutput=kernel.aot, true",
    "-XX:AOTMode=record, true",
    "-XX:ArchiveClassesAtExit=a.jsa, true",
    "-XX:StartFlightRecording=filename=a.jfr, true",
    "-XX:+PrintNMTStatistics, true",
    "-Xlog:gc+heap+exit, true",
    "-agentpath:profiler.so, true",
  })
  void optionsThatActAtTheEndKeepTheUsualEnd(String option, boolean expected) {
    assertEquals(expected, QuickExit.actsAtTheEnd(option));
  }

  @Test
  void whereTheJdkKeepsItsHookToItselfTheReasonIsGiven() {
    // The tests' own JVM exports none of the packages.
    assertNotEquals("", QuickExit.prepare());
  }
}

package lazuli.kernel.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import lazuli.kernel.ext.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionFileTest {
  @TempDir private Path folder;

  @Test
  void whatIsWrittenIsReadBack() throws Exception {
    Path path = folder.resolve("c.json");
    for (ConnectionFile file :
        new ConnectionFile[] {
          ConnectionFile.onFreePorts(), ConnectionFile.onFiles(folder.resolve("socket"))
        }) {
      file.write(path);
      assertEquals(file, ConnectionFile.read(path));
    }
  }

  @Test
  void aMissingFileIsNamed() {
    Path path = folder.resolve("none.json");
    assertEquals(
        "connection file "
            + path
            + ": there is no such file; a Jupyter client writes this file and passes its path",
        assertThrows(UsageException.class, () -> ConnectionFile.read(path)).getMessage());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          nonsense                                                          | it is not a JSON object
          []                                                                | it is not a JSON object
          {}                                                                | ip is missing
          {"ip":"127.0.0.1"}                                                | shell_port is missing or is not a port
          {"ip":"127.0.0.1","shell_port":70000}                             | shell_port is missing or is not a port
          {"ip":"127.0.0.1","transport":"udp"}                              | transport is "udp"; tcp and ipc are known
          {"ip":"127.0.0.1","signature_scheme":"rot13"}                     | signature_scheme is "rot13"; hmac-sha256 is known
          {"ip":"::1","shell_port":1,"iopub_port":2,"stdin_port":3,"control_port":4} | hb_port is missing or is not a port
          """)
  void whatIsWrongIsSaidInOneLine(String content, String why) throws Exception {
    Path path = folder.resolve("c.json");
    Files.writeString(path, content);
    assertEquals(
        "connection file "
            + path
            + ": "
            + why
            + "; a Jupyter client writes this file and passes its path",
        assertThrows(UsageException.class, () -> ConnectionFile.read(path)).getMessage());
  }
}

package lazuli.gpu.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jcuda.nvptxcompiler.JNvPTXCompiler;
import jcuda.nvptxcompiler.nvPTXCompilerHandle;
import lazuli.gpu.driver.PrivateFolder;

/** NVIDIA's PTX compiler, which is inside JCuda's jar and needs no GPU. */
public final class PtxCompiler {
  /** What ships must compile for each of these. */
  public static final String[] TARGETS = {"sm_80", "sm_89", "sm_90a"};

  private static final Pattern USED =
      Pattern.compile(
          "Compiling entry function '(\\w+)'.*?(\\d+) bytes spill stores, (\\d+) bytes spill"
              + " loads.*?Used (\\d+) registers",
          Pattern.DOTALL);

  static {
    unpackPrivately();
  }

  private PtxCompiler() {}

  /** What the compiler says of one kernel. */
  public record Usage(int registers, int spilled) {}

  /** JCuda unpacks into java.io.tmpdir under a fixed name: give it a folder of its own. */
  private static void unpackPrivately() {
    String shared = System.getProperty("java.io.tmpdir");
    try {
      Path own = PrivateFolder.make("ptx");
      System.setProperty("java.io.tmpdir", own.toString());
      try {
        JNvPTXCompiler.setExceptionsEnabled(false);
      } finally {
        System.setProperty("java.io.tmpdir", shared);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@return registers and spills of each kernel of a module; fails the test if it is refused} */
  public static Map<String, Usage> compile(String text, String target) {
    byte[] source = (text + '\0').getBytes(StandardCharsets.UTF_8);
    nvPTXCompilerHandle handle = new nvPTXCompilerHandle();
    JNvPTXCompiler.nvPTXCompilerCreate(handle, source.length, source);
    int rc =
        JNvPTXCompiler.nvPTXCompilerCompile(
            handle, 2, new String[] {"--gpu-name=" + target, "--verbose"});
    String errors = log(handle, true);
    String info = log(handle, false);
    JNvPTXCompiler.nvPTXCompilerDestroy(handle);
    assertEquals(0, rc, () -> target + " refuses the text: " + errors + "\n" + text);
    Map<String, Usage> usage = new LinkedHashMap<>();
    Matcher m = USED.matcher(info);
    while (m.find()) {
      int spilled = Integer.parseInt(m.group(2)) + Integer.parseInt(m.group(3));
      usage.put(m.group(1), new Usage(Integer.parseInt(m.group(4)), spilled));
    }
    return usage;
  }

  private static String log(nvPTXCompilerHandle handle, boolean errors) {
    long[] size = new long[1];
    if (errors) {
      JNvPTXCompiler.nvPTXCompilerGetErrorLogSize(handle, size);
    } else {
      JNvPTXCompiler.nvPTXCompilerGetInfoLogSize(handle, size);
    }
    byte[] text = new byte[(int) size[0] + 1];
    if (size[0] > 0) {
      if (errors) {
        JNvPTXCompiler.nvPTXCompilerGetErrorLog(handle, text);
      } else {
        JNvPTXCompiler.nvPTXCompilerGetInfoLog(handle, text);
      }
    }
    return new String(text, StandardCharsets.UTF_8).strip();
  }
}

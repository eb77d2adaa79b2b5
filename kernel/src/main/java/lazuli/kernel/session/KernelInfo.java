package lazuli.kernel.session;

import java.util.List;
import lazuli.kernel.wire.Header;
import lazuli.kernel.wire.Json;

/** Who the kernel is. Answered before Java is up. */
final class KernelInfo implements Handler {
  @Override
  public String type() {
    return "kernel_info_request";
  }

  @Override
  public Lane lane() {
    return Lane.SHELL;
  }

  @Override
  public Json.Obj handle(Request request) {
    String java = String.valueOf(Runtime.version().feature());
    return Json.object(
        "status",
        "ok",
        "protocol_version",
        Header.PROTOCOL,
        "implementation",
        "lazuli",
        "implementation_version",
        version(),
        "language_info",
        Json.object(
            "name", "java",
            "version", System.getProperty("java.version"),
            "mimetype", "text/x-java-source",
            "file_extension", ".jshell",
            "pygments_lexer", "java",
            "codemirror_mode", "java"),
        "banner",
        "Lazuli "
            + version()
            + ", Java "
            + System.getProperty("java.version")
            + ". %lsmagic lists the magics.",
        "debugger",
        false,
        "help_links",
        List.of(
            Json.object(
                "text",
                "Java " + java + " API",
                "url",
                "https://docs.oracle.com/en/java/javase/" + java + "/docs/api/")),
        "supported_features",
        List.of("kernel subshells"));
  }

  private static String version() {
    String version = KernelInfo.class.getPackage().getImplementationVersion();
    return version == null ? "0.1.0" : version;
  }
}

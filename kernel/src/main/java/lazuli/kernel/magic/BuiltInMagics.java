package lazuli.kernel.magic;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import lazuli.kernel.cell.JavaSession;
import lazuli.kernel.ext.Host;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.Notebook;

/** The list of the kernel's own magics. */
public final class BuiltInMagics {
  private BuiltInMagics() {}

  /**
   * Registers all of them.
   *
   * @param host where
   * @param known the magics that are registered when it is asked
   * @param java the Java session, waiting for it
   * @param notebook the notebook
   */
  public static void install(
      Host host, Supplier<Collection<Magic>> known, Supplier<JavaSession> java, Notebook notebook) {
    var folder = new Folder();
    Map<String, String> environment = new ConcurrentHashMap<>();
    List<Magic> magics =
        List.of(
            new ListMagics(known),
            new Help(known),
            new Who(),
            new Reset(java),
            new JShellCommand(java),
            new Time(),
            new Load(folder),
            new ClassPath("jars", folder, notebook),
            new ClassPath("classpath", folder, notebook),
            new Shell("bash", folder, environment),
            new Shell("sh", folder, environment),
            new ChangeFolder("cd", folder),
            new ChangeFolder("pwd", folder),
            new Env(environment),
            new WriteFile(folder),
            new Image(folder));
    magics.forEach(host::magic);
    Markup.ALL.forEach(host::magic);
    new Maven(folder, notebook).magics().forEach(host::magic);
    host.renderer(Shell.Lines.class, Shell.Lines::bundle);
  }
}

package lazuli.install;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version of Lazuli and of the Java that runs it. */
final class Version implements IVersionProvider {
  /** {@return the version in this jar's manifest, or {@code development} outside a jar} */
  static String number() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  /** {@return both versions in one line} */
  static String both() {
    return "Lazuli " + number() + ", Java " + Runtime.version();
  }

  @Override
  public String[] getVersion() {
    return new String[] {both()};
  }
}

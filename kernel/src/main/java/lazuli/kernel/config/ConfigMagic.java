package lazuli.kernel.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.UsageException;

/**
 * {@code %config}: shows and changes settings.
 *
 * @param settings what there is
 */
public record ConfigMagic(List<Setting> settings) implements Magic {
  @Override
  public String name() {
    return "config";
  }

  @Override
  public String summary() {
    return "show and change settings: heap, JVM flags, interrupts";
  }

  @Override
  public String help() {
    return """
        %config
        %config NAME
        %config NAME=VALUE ...

        Without arguments it lists the settings. Some hold at once; the others are kept for the
        kernel's next start, after Java itself was asked whether it would start with them.
        NAME= without a value goes back to what Lazuli was installed with.

        Example
          %config heap=8g
          %config preview=on add-modules=java.sql
          %config jvm="-XX:+UseG1GC -verbose:gc"
          %config stop-checks=off""";
  }

  @Override
  public List<String> complete(String arguments) {
    String typed = arguments.substring(arguments.lastIndexOf(' ') + 1);
    return settings.stream()
        .map(setting -> setting.name() + "=")
        .filter(one -> one.startsWith(typed))
        .toList();
  }

  @Override
  public MimeBundle run(MagicCall call) {
    List<String> words = Words.of(call.arguments());
    if (words.isEmpty()) {
      return MimeBundle.text(
          settings.stream().map(ConfigMagic::line).collect(Collectors.joining("\n")));
    }
    List<String> lines = new ArrayList<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      Setting setting = find(equals < 0 ? word : word.substring(0, equals));
      if (equals >= 0) {
        setting.change().accept(word.substring(equals + 1));
        lines.add(changed(setting));
      } else {
        lines.add(line(setting));
      }
    }
    return MimeBundle.text(String.join("\n", lines));
  }

  private Setting find(String name) {
    return settings.stream()
        .filter(setting -> setting.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException(
                    "%config: there is no setting '"
                        + name
                        + "'; there are: "
                        + settings.stream().map(Setting::name).collect(Collectors.joining(", "))));
  }

  private static String shown(Setting setting) {
    String value = setting.value().get();
    return value.isEmpty() ? "as installed" : value;
  }

  private static String line(Setting setting) {
    return "%-12s %-14s %s (%s%s)"
        .formatted(
            setting.name(),
            shown(setting),
            setting.help(),
            setting.accepts(),
            setting.restart() ? "; from the next start on" : "");
  }

  private static String changed(Setting setting) {
    return setting.name()
        + " = "
        + shown(setting)
        + (setting.restart() ? "; restart the kernel to use it" : "");
  }
}

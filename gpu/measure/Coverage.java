import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Prints the share of lines that the tests ran, and the files with lines that they did not.
 *
 * <p>Arguments: JaCoCo's XML report, the list of exceptions, the least share in per cent. An
 * exception is a line {@code path/File.java N: reason}: at most N lines of that file may be left
 * out, and they count neither way. Ends with 1 below the share, or when an exception is not needed.
 */
final class Coverage {
  private Coverage() {}

  private record Lines(int missed, int covered, List<Integer> where) {}

  public static void main(String... args) throws Exception {
    Map<String, Lines> files = read(new File(args[0]));
    Map<String, Integer> allowed = exceptions(Path.of(args[1]));
    double least = Double.parseDouble(args[2]);
    int missed = 0;
    int covered = 0;
    int excepted = 0;
    boolean wrong = false;
    for (Map.Entry<String, Lines> file : files.entrySet()) {
      Lines lines = file.getValue();
      int out = allowed.getOrDefault(file.getKey(), 0);
      if (out > lines.missed) {
        System.out.printf(
            "%s: %d lines are excepted, %d are not run: shorten the list%n",
            file.getKey(), out, lines.missed);
        wrong = true;
      }
      excepted += Math.min(out, lines.missed);
      missed += Math.max(0, lines.missed - out);
      covered += lines.covered;
      if (lines.missed > out) {
        System.out.printf("%s: %d not run: %s%n", file.getKey(), lines.missed - out, lines.where);
      }
    }
    for (String name : allowed.keySet()) {
      if (!files.containsKey(name)) {
        System.out.println(name + " is excepted and does not exist");
        wrong = true;
      }
    }
    double share = 100.0 * covered / (covered + missed);
    System.out.printf(
        Locale.ROOT,
        "gpu: %.1f %% of lines run under test (%d of %d; %d more are listed as exceptions);"
            + " at least %.0f %%%n",
        share,
        covered,
        covered + missed,
        excepted,
        least);
    System.exit(wrong || share < least ? 1 : 0);
  }

  private static Map<String, Integer> exceptions(Path file) throws Exception {
    Map<String, Integer> all = new LinkedHashMap<>();
    for (String line : Files.readAllLines(file)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] head = line.substring(0, line.indexOf(':')).split(" ");
        all.put(head[0], Integer.parseInt(head[1]));
      }
    }
    return all;
  }

  private static Map<String, Lines> read(File report) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    NodeList packages =
        factory.newDocumentBuilder().parse(report).getElementsByTagName("package");
    Map<String, Lines> files = new LinkedHashMap<>();
    for (int i = 0; i < packages.getLength(); i++) {
      Element pack = (Element) packages.item(i);
      NodeList sources = pack.getElementsByTagName("sourcefile");
      for (int j = 0; j < sources.getLength(); j++) {
        Element source = (Element) sources.item(j);
        NodeList lines = source.getElementsByTagName("line");
        List<Integer> where = new ArrayList<>();
        int covered = 0;
        for (int k = 0; k < lines.getLength(); k++) {
          Element line = (Element) lines.item(k);
          if (line.getAttribute("ci").equals("0")) {
            where.add(Integer.parseInt(line.getAttribute("nr")));
          } else {
            covered++;
          }
        }
        String name = pack.getAttribute("name") + "/" + source.getAttribute("name");
        files.put(name.replace("lazuli/gpu/", ""), new Lines(where.size(), covered, where));
      }
    }
    return files;
  }
}

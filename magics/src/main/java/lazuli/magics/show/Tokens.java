package lazuli.magics.show;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.type.ArrayException;

/** Labels of keys and queries. */
final class Tokens {
  private Tokens() {}

  /** {@return a label for each key: the tokens, or positions when there are none} */
  static List<String> ofKeys(String view, String[] tokens, int keys) {
    if (tokens.length == 0) {
      List<String> positions = new ArrayList<>();
      for (int j = 0; j < keys; j++) {
        positions.add(Integer.toString(j));
      }
      return positions;
    }
    if (tokens.length != keys) {
      throw new ArrayException(
          view + " was given " + tokens.length + " tokens for " + keys + " keys",
          "one token for each key, or none",
          "pass the tokens that the keys were made of");
    }
    return List.of(tokens);
  }

  /** {@return a place with its token, or the place alone} */
  static String at(int place, List<String> labels) {
    String number = Integer.toString(place);
    return labels.get(place).equals(number) ? number : number + " " + labels.get(place);
  }

  /** {@return the labels of the queries, the last of which stands beside the last key} */
  static List<String> ofQueries(List<String> keys, int queries) {
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < queries; i++) {
      int at = i + keys.size() - queries;
      labels.add(at < 0 ? "q" + i : keys.get(at));
    }
    return labels;
  }
}

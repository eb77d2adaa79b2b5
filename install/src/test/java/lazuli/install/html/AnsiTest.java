package lazuli.install.html;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jsoup.Jsoup;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnsiTest {
  /** {@code ^} stands for the escape character, {@code ~} for a carriage return. */
  private static String terminal(String text) {
    return text.replace('^', '\u001b').replace('~', '\r').replace('/', '\n');
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          plain <b> & "q"          | plain &lt;b&gt; &amp; &quot;q&quot;
          ^[31mred^[0m x           | <span class="fg1">red</span> x
          ^[1;32mok^[22m go^[mend  | <span class="fg2 bold">ok</span><span class="fg2"> go</span>end
          ^[97;101mx               | <span class="fg15 bg9">x</span>
          ^[38;5;196mx^[39my       | <span style="color:#ff0000">x</span>y
          ^[38;5;3mx               | <span class="fg3">x</span>
          ^[48;5;232mx             | <span style="background-color:#080808">x</span>
          ^[38;2;1;2;255mx         | <span style="color:#0102ff">x</span>
          ^[2K^[1Ax                | x
          ^[3;4mx^[23my            | <span class="italic underline">x</span><span class="underline">y</span>
          10%~50%~100%             | 100%
          """)
  void coloursAndRulesBecomeHtml(String text, String html) {
    assertEquals(html, Ansi.toHtml(terminal(text)));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          ^[31mred^[0m <x>   | red <x>
          ^[38;5;3m^[1mbold  | bold
          """)
  void strippedTextAndTheTextOfTheHtmlAreTheSame(String text, String plain) {
    assertEquals(plain, Ansi.strip(terminal(text)));
    assertEquals(
        plain, Jsoup.parse("<pre>" + Ansi.toHtml(terminal(text)) + "</pre>").body().wholeText());
  }
}

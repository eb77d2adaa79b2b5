package lazuli.install.html;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JavaColoursTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          int x = 0x1F;      | <span class="keyword">int</span> x = <span class="number">0x1F</span>;
          x1 = 1e-3f         | x1 = <span class="number">1e-3f</span>
          integer            | integer
          "a // b" // c      | <span class="string">&quot;a // b&quot;</span> <span class="comment">// c</span>
          '"' + "\\""        | <span class="string">'&quot;'</span> + <span class="string">&quot;\\&quot;&quot;</span>
          %timeit x          | <span class="magic">%timeit</span> x
          7 % timeit         | <span class="number">7</span> % timeit
          @Override          | <span class="annotation">@Override</span>
          a < b && c         | a &lt; b &amp;&amp; c
          """)
  void tokensAreColoured(String source, String html) {
    assertEquals(html, JavaColours.toHtml(source.replace("\\\\", "\\")));
  }

  @Test
  void aTextBlockIsOneString() {
    String block = "\"\"\"\n  a \"quoted\" // no comment\n  \"\"\"";
    assertEquals(
        "<span class=\"string\">" + Ansi.escape(block) + "</span>;",
        JavaColours.toHtml(block + ";"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"open", "/* open", "'", "\"\"\" open", "a /* b */ c", "", "\n\n"})
  void theTextStaysTheSameAlsoWhenItIsNoJava(String source) {
    assertEquals(
        source, Jsoup.parse("<pre>\n" + JavaColours.toHtml(source) + "</pre>").body().wholeText());
  }
}

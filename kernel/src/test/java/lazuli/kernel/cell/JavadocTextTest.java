package lazuli.kernel.cell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class JavadocTextTest {
  @Test
  void tagsAndHtmlBecomeWords() {
    assertEquals(
        """
        First List<String> sentence with max(int, int) and
        a label and Other.

        Second <b> paragraph: a < b & c \u2264 \u03c0 A.
          - one
          - two

        Parameters:
          a - the first
          <T> - a type

        Returns:
          what comes out

        Throws:
          NullPointerException - never""",
        JavadocText.render(
            """
            First {@code List<String>} sentence with {@link #max(int, int)} and
             {@linkplain Other#field a label} and <em>{@link Other}</em>.
            <p>
            Second {@literal <b>} paragraph: a &lt; b &amp; c &le; &pi; &#65;.
            <ul>
              <li>one</li>
              <li>two</li>
            </ul>
            @param a the
                     first
            @param <T> a type
            @return what comes
                    out
            @throws NullPointerException never
            @author nobody
            """));
  }

  @Test
  void anEmptyCommentIsEmpty() {
    assertEquals("", JavadocText.render(" \n "));
  }
}

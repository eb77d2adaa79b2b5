package lazuli.magics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.profile.EvaluationPoints;
import lazuli.array.profile.EvaluationPoints.Cause;
import lazuli.array.profile.EvaluationPoints.Point;
import lazuli.array.profile.Trace;
import lazuli.array.profile.UserCode;
import lazuli.array.type.ArrayException;
import lazuli.kernel.ext.Extension;
import lazuli.kernel.ext.Host;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.Renderer;
import lazuli.kernel.ext.Whereabouts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ArraysExtensionTest {
  private final List<Magic> magics = new ArrayList<>();
  private final List<String> imports = new ArrayList<>();
  private final List<Class<?>> weak = new ArrayList<>();
  private final List<Runnable> warming = new ArrayList<>();
  private final Map<Class<?>, Renderer<?>> renderers = new LinkedHashMap<>();

  private String cell = "In[3]";

  @AfterEach
  void nobodyNamesTheCode() {
    UserCode.nameless();
  }

  private void install() {
    Extension found =
        ServiceLoader.load(Extension.class).stream()
            .filter(provider -> provider.type() == ArraysExtension.class)
            .findFirst()
            .orElseThrow()
            .get();
    found.install(
        new Host() {
          @Override
          public void magic(Magic magic) {
            magics.add(magic);
          }

          @Override
          public <T> void renderer(Class<T> type, Renderer<? super T> renderer) {
            renderers.put(type, renderer);
          }

          @Override
          public void imports(String declaration) {
            imports.add(declaration);
          }

          @Override
          public void holdWeakly(Class<?> type) {
            weak.add(type);
          }

          @Override
          public void warm(Runnable work) {
            warming.add(work);
          }

          @Override
          public Whereabouts whereabouts() {
            return new Whereabouts() {
              @Override
              public String cell() {
                return cell;
              }

              @Override
              public String line(StackTraceElement frame) {
                return cell + " line " + frame.getMethodName();
              }
            };
          }
        });
  }

  @Test
  void everyMagicHasAOneLineSummaryHelpWithAnExampleAndCompletion() {
    install();
    assertEquals(
        List.of("timeit", "profile", "sdpa", "device"), magics.stream().map(Magic::name).toList());
    for (Magic magic : magics) {
      assertFalse(magic.summary().contains("\n"), magic.name());
      assertTrue(magic.help().startsWith(magic.summary() + "\n\nUsage: %" + magic.name()));
      assertTrue(magic.help().contains("\nExample:\n"), magic.name());
      assertFalse(magic.help().contains("%%%"), magic.help());
      assertTrue(magic.complete("--o").contains("--output"), magic.name());
    }
  }

  @Test
  void theImportsCompileInASession() throws Exception {
    install();
    try (JavaCell cell = new JavaCell()) {
      for (String declaration : imports) {
        cell.evaluate(declaration);
      }
      cell.evaluate("var x = normal(key(1), 3, 3); DType type = F32; Shape shape = x.shape();");
      cell.evaluate("var picture = weights(x.softmax(-1), \"abc\");");
      assertNotNull(cell.variables().get("picture"));
    }
  }

  @Test
  void smallArraysShowShapeTypeDeviceAndValues() {
    install();
    @SuppressWarnings("unchecked")
    var renderer = (Renderer<Array>) renderers.get(Array.class);
    String text = renderer.render(Lazuli.array(1f, 2f)).data().get("text/plain");
    assertTrue(text.contains("f32") && text.contains("[2]") && text.contains("cpu"), text);
    assertTrue(text.contains("1") && text.contains("2"), text);
    assertEquals(List.of(Array.class), weak);
  }

  /** The cell that wrote the index, not the one that asked for the values. */
  @Test
  void indexErrorsAndEvaluationPointsNameTheirCell() throws Exception {
    install();
    Array taken = Lazuli.arange(5).take(Lazuli.array(1, 7));
    EvaluationPoints.clear();
    cell = "In[4]";
    var e = assertThrows(ArrayException.class, taken::toIntArray);
    assertEquals(
        """
        in In[3], take was given index 7 (element [1] of the index array) for axis 0 of size 5
          accepted: indices from -5 to 4
          fix: find bad indices with idx.ge(5), or limit them with idx.clip(0, 4)""",
        e.getMessage());
    new Trace().record(() -> Lazuli.ones(2).sum().item());
    assertEquals(
        List.of(
            new Point(Cause.COPY, "In[4]", 1),
            new Point(
                Cause.ITEM, "In[4] line lambda$indexErrorsAndEvaluationPointsNameTheirCell$0", 1)),
        EvaluationPoints.points());
  }

  @Test
  void theWarmingWorkRuns() {
    install();
    assertEquals(1, warming.size());
    warming.getFirst().run();
  }
}

package lazuli.magics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.kernel.ext.Extension;
import lazuli.kernel.ext.Host;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.Renderer;
import org.junit.jupiter.api.Test;

class ArraysExtensionTest {
  private final List<Magic> magics = new ArrayList<>();
  private final List<String> imports = new ArrayList<>();
  private final List<Class<?>> weak = new ArrayList<>();
  private final List<Runnable> warming = new ArrayList<>();
  private final Map<Class<?>, Renderer<?>> renderers = new LinkedHashMap<>();

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

  @Test
  void theWarmingWorkRuns() {
    install();
    assertEquals(1, warming.size());
    warming.getFirst().run();
  }
}

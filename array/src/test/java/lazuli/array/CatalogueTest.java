package lazuli.array;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import lazuli.array.op.Binary;
import lazuli.array.op.Catalogue;
import lazuli.array.op.Reduction;
import lazuli.array.op.Rule;
import lazuli.array.op.Unary;
import org.junit.jupiter.api.Test;

/** The table of operations against the methods, the functions and the page of the documentation. */
class CatalogueTest {
  /** Methods that are no operations: they look, copy out or compute. */
  private static final Set<String> OTHERS =
      Set.of(
          "self",
          "map",
          "eval",
          "grad",
          "valueAndGrad",
          "stopGradient",
          "load",
          "sdpa",
          "attention",
          "attentionWeights",
          "alibiSlopes");

  private static Set<String> names(Class<?> type) {
    Set<String> names = new TreeSet<>();
    for (Method method : type.getMethods()) {
      boolean makes =
          method.getReturnType() == Array.class
              || method.getReturnType() == Array[].class
              || method.getReturnType() == Place.class
              || method.getReturnType() == FastFunctions.Quantized.class
              || method.getReturnType().getEnclosingClass() == LinearFunctions.class;
      if (makes && !OTHERS.contains(method.getName())) {
        names.add(method.getName());
      }
    }
    return names;
  }

  @Test
  void everyOperationThatAUserCanCallIsListedAndNoOther() {
    Set<String> there = names(Array.class);
    there.addAll(names(Lazuli.class));
    Set<String> listed = new TreeSet<>(Catalogue.entries().stream().map(e -> e.name()).toList());
    Set<String> missing = new TreeSet<>(there);
    missing.removeAll(listed);
    assertEquals(Set.of(), missing, "methods without a row in the table");
    listed.removeAll(there);
    assertEquals(Set.of(), listed, "rows without a method or function");
  }

  @Test
  void everyRowIsComplete() {
    List<Catalogue.Entry> all = Catalogue.entries();
    for (Catalogue.Entry e : all) {
      for (String cell :
          List.of(e.family(), e.mlx(), e.numpy(), e.types(), e.gradient(), e.doc())) {
        assertFalse(cell.isBlank(), e.name());
      }
    }
    assertEquals(
        all.size(), all.stream().map(Catalogue.Entry::name).distinct().count(), "names are unique");
    assertTrue(all.size() > 180, "only " + all.size());
  }

  /** Only rows that work on bits or give truth values may lack a gradient. */
  @Test
  void everyRowOfNumbersHasAGradient() {
    Set<Rule> none = EnumSet.of(Rule.INTEGER, Rule.COMPARE, Rule.LOGICAL);
    for (Unary row : Unary.values()) {
      assertEquals(none.contains(row.rule()), row.gradient() == null, row.label());
    }
    for (Binary row : Binary.values()) {
      assertEquals(none.contains(row.rule()), row.gradient() == null, row.label());
    }
    for (Reduction row : Reduction.values()) {
      boolean truth = row == Reduction.ANY || row == Reduction.ALL;
      assertEquals(truth, row.gradient() == null, row.label());
    }
  }

  /** To write the page anew: run this test with -Dlazuli.write.docs=true. */
  @Test
  void thePageOfTheDocumentationIsCurrent() throws Exception {
    Path page = Path.of("..", "docs", "operations.md");
    if (Boolean.getBoolean("lazuli.write.docs")) {
      Files.writeString(page, Catalogue.markdown());
    }
    assertEquals(
        Catalogue.markdown(),
        Files.readString(page),
        "docs/operations.md is stale: run CatalogueTest with -Dlazuli.write.docs=true");
  }
}

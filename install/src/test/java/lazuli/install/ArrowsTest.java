package lazuli.install;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The only allowed arrows between modules and between the packages inside them. */
class ArrowsTest {
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("lazuli");

  @Test
  void theClassesUnderTestAreThere() {
    for (String name :
        new String[] {
          "lazuli.array.type.DType", "lazuli.kernel.ext.Magic", "lazuli.array.backend.Backend"
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

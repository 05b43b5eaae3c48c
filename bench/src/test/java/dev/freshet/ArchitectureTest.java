package dev.freshet;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The rules of docs/ARCHITECTURE.md that the compiler does not know. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchitectureTest {

  private static final String STATE = "dev.freshet.state..";
  private static final String VECTOR = "dev.freshet.vector..";
  private static final String LANCE = "dev.freshet.lance..";
  private static final String OPERATORS = "dev.freshet.operators..";
  private static final String JOB = "dev.freshet.job..";
  private static final String SQL = "dev.freshet.sql..";
  private static final String BENCH = "dev.freshet.bench..";

  private JavaClasses freshet;

  @BeforeAll
  void importClasses() {
    freshet =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/jmh_generated/"))
            .importPackages("dev.freshet");
  }

  @Test
  void allModulesAreLookedAt() {
    assertThat(freshet)
        .extracting(type -> type.getFullName())
        .contains(
            "dev.freshet.state.model.Fragment",
            "dev.freshet.vector.format.SegmentReader",
            "dev.freshet.lance.dataset.DatasetHandle",
            "dev.freshet.operators.assign.AssignVectors",
            "dev.freshet.sql.LanceTableFactory",
            "dev.freshet.bench.Bench",
            "dev.freshet.job.IndexPipeline");
  }

  @Test
  void dependenciesPointOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("state")
        .definedBy(STATE)
        .layer("vector-index")
        .definedBy(VECTOR)
        .layer("lance")
        .definedBy(LANCE)
        .layer("operators")
        .definedBy(OPERATORS)
        .layer("flink-job")
        .definedBy(JOB)
        .layer("flink-sql")
        .definedBy(SQL)
        .layer("bench")
        .definedBy(BENCH)
        .whereLayer("bench")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("flink-sql")
        .mayOnlyBeAccessedByLayers("bench")
        .whereLayer("flink-job")
        .mayOnlyBeAccessedByLayers("flink-sql", "bench")
        .whereLayer("operators")
        .mayOnlyBeAccessedByLayers("flink-job", "flink-sql", "bench")
        .whereLayer("lance")
        .mayOnlyBeAccessedByLayers("operators", "flink-job", "flink-sql", "bench")
        .whereLayer("vector-index")
        .mayOnlyBeAccessedByLayers("lance", "operators", "flink-job", "flink-sql", "bench")
        .check(freshet);
  }

  @Test
  void lanceIsCalledFromTwoPackages() {
    noClasses()
        .that(not(resideInAnyPackage(LANCE, "dev.freshet.vector.format..")))
        .should()
        .dependOnClassesThat(resideInAPackage("org.lance.."))
        .check(freshet);
  }

  /** A new type is then a constant with its traits, and what Lance is told to build. */
  @Test
  void onlyWhoHasLanceBuildThemTellsIndexTypesApart() {
    fields()
        .that()
        .haveName("$SwitchMap$dev$freshet$state$model$IndexType")
        .should()
        .beDeclaredInClassesThat()
        .haveNameMatching(".*\\.LanceSegmentBuilder\\$\\d+")
        .check(freshet);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.freshet.(**)").should().beFreeOfCycles().check(freshet);
  }

  @Test
  void flinkIsUnknownBelowTheOperators() {
    noClasses()
        .that(resideInAnyPackage(STATE, VECTOR, LANCE))
        .should()
        .dependOnClassesThat(resideInAPackage("org.apache.flink.."))
        .check(freshet);
  }

  @Test
  void theStateIsJavaAndSetsOfIds() {
    classes()
        .that(resideInAPackage(STATE))
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage("java..", "org.roaringbitmap..", STATE))
        .check(freshet);
  }

  @Test
  void nothingIsSerializedByJava() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ObjectOutputStream.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(ObjectInputStream.class)
        .check(freshet);
  }

  @Test
  void nothingStaticChanges() {
    fields().that().areStatic().should().beFinal().check(freshet);
  }
}

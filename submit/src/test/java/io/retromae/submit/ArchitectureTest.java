package io.retromae.submit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@AnalyzeClasses(packages = "io.retromae", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule PACKAGES_FORM_NO_CYCLES =
      slices().matching("io.retromae.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule CORE_KNOWS_NO_JOB_NO_SPARK_NO_ENGINE =
      noClasses()
          .that()
          .resideInAPackage("io.retromae.core..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.retromae.etl..",
              "io.retromae.pretrain..",
              "io.retromae.submit..",
              "org.apache.spark..",
              "scala..",
              "ai.djl..");

  @ArchTest
  static final ArchRule ETL_KNOWS_NO_TRAINING =
      noClasses()
          .that()
          .resideInAPackage("io.retromae.etl..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.retromae.pretrain..", "io.retromae.submit..", "ai.djl..");

  @ArchTest
  static final ArchRule TRAINING_KNOWS_NO_ETL =
      noClasses()
          .that()
          .resideInAPackage("io.retromae.pretrain..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.retromae.etl..", "io.retromae.submit..");

  @ArchTest
  static final ArchRule SPARK_IS_KNOWN_IN_JOB_PACKAGES_ONLY =
      noClasses()
          .that()
          .resideInAnyPackage("io.retromae.pretrain..", "io.retromae.etl..")
          .and()
          .resideOutsideOfPackages("io.retromae.pretrain.job..", "io.retromae.etl.job..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..", "scala..");

  @ArchTest
  static final ArchRule MASKING_AND_COLLECTIVE_ARE_PLAIN_JAVA =
      classes()
          .that()
          .resideInAnyPackage("io.retromae.pretrain.masking..", "io.retromae.pretrain.collective..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "javax.crypto..",
              "org.slf4j..",
              "io.retromae.core..",
              "io.retromae.pretrain.masking..",
              "io.retromae.pretrain.collective..");

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_LINE_PRINTS =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.retromae.submit..")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  @Test
  void everyPackageSaysWhatItHolds() throws IOException {
    Path root = Path.of(System.getProperty("retromae.root"));
    for (String module : List.of("core", "corpus-etl", "pretrain", "submit")) {
      Path sources = root.resolve(module).resolve("src/main/java");
      try (Stream<Path> files = Files.walk(sources)) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .map(Path::getParent)
            .distinct()
            .forEach(
                folder ->
                    assertTrue(
                        Files.exists(folder.resolve("package-info.java")), folder.toString()));
      }
    }
  }
}

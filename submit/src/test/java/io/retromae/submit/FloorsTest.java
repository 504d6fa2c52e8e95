package io.retromae.submit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The floors of the house: arrows go down only, and Spark and DJL are known where they must be.
 * Each rule is tried on a planted fault, too: the classes in the packages {@code planted} of this
 * module's tests.
 */
class FloorsTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(where -> !where.contains("/test-classes/")) // of any build folder
          .importPackages("io.retromae");

  private static final JavaClasses PLANTED =
      new ClassFileImporter()
          .withImportOption(where -> where.contains("/planted/"))
          .importPackages("io.retromae");

  /**
   * A module, and the modules on its own floor or above, which it must not know.
   *
   * @param module package of the module
   * @param unknown packages of the others
   */
  private record Floor(String module, List<String> unknown) {
    ArchRule rule() {
      return noClasses()
          .that()
          .resideInAPackage(module)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(unknown.toArray(String[]::new));
    }
  }

  private static final String CORE = "io.retromae.core..";
  private static final String SPARK = "io.retromae.spark..";
  private static final String ETL = "io.retromae.etl..";
  private static final String TRAINING = "io.retromae.training..";
  private static final String LOOP = "io.retromae.training.loop..";
  private static final String EMBED = "io.retromae.embed..";
  private static final String PRETRAIN = "io.retromae.pretrain..";
  private static final String FINETUNE = "io.retromae.finetune..";
  private static final String PAIRS = "io.retromae.finetune.pairs..";
  private static final String COPIES = "io.retromae.finetune.mine.copies..";
  private static final String SUBMIT = "io.retromae.submit..";

  /** Where tasks are started or run. */
  private static final String[] KNOW_SPARK = {
    SPARK,
    "io.retromae.training.worker..",
    "io.retromae.training.attempt..",
    "io.retromae.embed.ml..",
    "io.retromae.embed.search..",
    "io.retromae.embed.job..",
    "io.retromae.finetune.mine..",
    "io.retromae.pretrain.job..",
    "io.retromae.finetune.job..",
    "io.retromae.finetune.pairs.job..",
    "io.retromae.etl.job..",
    "io.retromae.etl.work..",
    "io.retromae.etl.shuffle..",
    "io.retromae.etl.dedup..",
    SUBMIT
  };

  /** Tensors, models, and the objectives that add a script to a model. */
  private static final String[] KNOW_DJL = {
    "io.retromae.training.libtorch..",
    "io.retromae.training.bert..",
    "io.retromae.training.device..",
    "io.retromae.training.worker..",
    "io.retromae.embed.encoder..",
    "io.retromae.embed.search..",
    "io.retromae.pretrain.retromae..",
    "io.retromae.pretrain.mlm..",
    "io.retromae.finetune.contrastive.."
  };

  private static ArchRule knownOnlyIn(String[] packages, String... library) {
    return noClasses()
        .that()
        .resideInAPackage("io.retromae..")
        .and()
        .resideOutsideOfPackages(packages)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(library);
  }

  /**
   * Making pairs needs the corpus job's readers and an encoder, finding near copies its signatures;
   * training from pairs neither.
   */
  private static ArchRule trainingFromPairsKnowsNoCorpusJob() {
    return noClasses()
        .that()
        .resideInAPackage(FINETUNE)
        .and()
        .resideOutsideOfPackages(PAIRS, COPIES)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ETL, PAIRS);
  }

  static Stream<ArchRule> rules() {
    return Stream.of(
        new Floor(CORE, List.of(SPARK, ETL, TRAINING, EMBED, PRETRAIN, FINETUNE, SUBMIT)).rule(),
        new Floor(SPARK, List.of(ETL, TRAINING, EMBED, PRETRAIN, FINETUNE, SUBMIT)).rule(),
        new Floor(ETL, List.of(TRAINING, EMBED, PRETRAIN, FINETUNE, SUBMIT)).rule(),
        new Floor(TRAINING, List.of(ETL, EMBED, PRETRAIN, FINETUNE, SUBMIT)).rule(),
        new Floor(EMBED, List.of(ETL, LOOP, PRETRAIN, FINETUNE, SUBMIT)).rule(),
        new Floor(PRETRAIN, List.of(ETL, FINETUNE, SUBMIT)).rule(),
        new Floor(FINETUNE, List.of(PRETRAIN, SUBMIT)).rule(),
        trainingFromPairsKnowsNoCorpusJob(),
        knownOnlyIn(KNOW_SPARK, "org.apache.spark..", "scala.."),
        knownOnlyIn(KNOW_DJL, "ai.djl.."));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void theHouseKeepsTheRule(ArchRule rule) {
    rule.check(CLASSES);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void theRuleFindsAPlantedFault(ArchRule rule) {
    assertFalse(PLANTED.isEmpty());
    assertTrue(rule.evaluate(PLANTED).hasViolation(), rule.getDescription());
  }
}

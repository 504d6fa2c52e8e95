package io.retromae.submit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.retromae.core.storage.OwnedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          // tests lie in any build folder, or, where it packs them, in its jar of tests
          .withImportOption(where -> !where.contains("/test-classes/"))
          .withImportOption(where -> !where.contains("-tests.jar"))
          .importPackages("io.retromae");

  @Test
  void packagesFormNoCycles() {
    ArchRule rule = slices().matching("io.retromae.(**)").should().beFreeOfCycles();
    rule.check(CLASSES);
  }

  @Test
  void roomsOfTextWorkArePlainJavaAndKnowOnlyThoseBelow() {
    assertKnowsOnly("text");
    assertKnowsOnly("normalize", "text");
    assertKnowsOnly("language", "text", "normalize");
    assertKnowsOnly("stage", "text", "language");
    assertKnowsOnly("filter", "text", "normalize", "language", "stage");
    assertKnowsOnly("pii", "text", "language", "stage");
    assertKnowsOnly("clean", "text", "normalize", "language", "stage", "filter", "pii");
  }

  /** Hadoop's configuration is what a storage is made with. */
  private static void assertKnowsOnly(String room, String... below) {
    Stream<String> known =
        Stream.of(
            "java..", "io.retromae.core..", "org.apache.hadoop.conf", "io.retromae.etl." + room);
    Stream<String> others = Stream.of(below).map("io.retromae.etl."::concat);
    ArchRule rule =
        classes()
            .that()
            .resideInAPackage("io.retromae.etl." + room)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(Stream.concat(known, others).toArray(String[]::new));
    rule.check(CLASSES);
  }

  @Test
  void oneClassChoosesAmongTheFormatsOfInputs() {
    ArchRule rule =
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "io.retromae.etl.source.format",
                "io.retromae.etl.source.json",
                "io.retromae.etl.source.parquet")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.retromae.etl.source.json", "io.retromae.etl.source.parquet");
    rule.check(CLASSES);
  }

  @Test
  void noFormatKnowsAnother() {
    slices()
        .matching("io.retromae.etl.source.(json|parquet)..")
        .should()
        .notDependOnEachOther()
        .check(CLASSES);
  }

  @Test
  void compressionKnowsNoFormat() {
    ArchRule rule =
        noClasses()
            .that()
            .resideInAPackage("io.retromae.etl.source.compression")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.retromae.etl.source.json",
                "io.retromae.etl.source.parquet",
                "io.retromae.etl.source.format",
                "org.apache.parquet..",
                "com.fasterxml.jackson..");
    rule.check(CLASSES);
  }

  @Test
  void whatIsReadKnowsNothingOfWhatBecomesOfIt() {
    ArchRule rule =
        classes()
            .that()
            .resideInAPackage("io.retromae.etl.source..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "io.retromae.etl.source..",
                "io.retromae.core..",
                "java..",
                "org.slf4j..",
                "org.apache.hadoop..",
                "org.apache.parquet..",
                "org.tukaani.xz..",
                "org.apache.commons.compress..",
                "com.fasterxml.jackson..",
                "com.github.luben.zstd..");
    rule.check(CLASSES);
  }

  @Test
  void theJobIsKnownToNoWorkPackage() {
    ArchRule rule =
        noClasses()
            .that()
            .resideInAPackage("io.retromae.etl..")
            .and()
            .resideOutsideOfPackage("io.retromae.etl.job")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.retromae.etl.job");
    rule.check(CLASSES);
  }

  @Test
  void maskingConnectAndCollectiveArePlainJava() {
    ArchRule rule =
        classes()
            .that()
            .resideInAnyPackage(
                "io.retromae.pretrain.masking..",
                "io.retromae.training.connect..",
                "io.retromae.training.collective..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "java..",
                "javax.crypto..",
                "jdk.net..",
                "org.slf4j..",
                "io.retromae.core..",
                "io.retromae.pretrain.masking..",
                "io.retromae.training.memory..",
                "io.retromae.training.connect..",
                "io.retromae.training.collective..");
    rule.check(CLASSES);
  }

  @Test
  void connectionsKnowNeitherSumsNorVectors() {
    ArchRule rule =
        classes()
            .that()
            .resideInAPackage("io.retromae.training.connect..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "java..",
                "javax.crypto..",
                "jdk.net..",
                "org.slf4j..",
                "io.retromae.core..",
                "io.retromae.training.connect..");
    rule.check(CLASSES);
  }

  @Test
  void onlyTheCommandLinePrints() {
    ArchRule rule =
        noClasses()
            .that()
            .resideOutsideOfPackage("io.retromae.submit..")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");
    rule.check(CLASSES);
  }

  /**
   * Names are deleted below a job's folder, and links not followed, because one class sees to it.
   */
  @Test
  void onlyAnOwnedFolderDeletes() {
    ArchRule rule =
        noClasses()
            .that()
            .doNotBelongToAnyOf(OwnedFolder.class)
            .and()
            .haveNameNotMatching("io\\.retromae\\.training\\.libtorch\\.Native(Cache|Folder)")
            .should()
            .callMethodWhere(DELETES)
            .orShould()
            .accessTargetWhere(REFERS_TO_DELETING);
    rule.check(CLASSES);
  }

  private static boolean deletes(JavaClass owner, String method) {
    boolean files =
        owner.isAssignableTo(org.apache.hadoop.fs.FileSystem.class)
            || owner.isAssignableTo(org.apache.hadoop.fs.FileContext.class)
            || owner.isAssignableTo(org.apache.hadoop.fs.FileUtil.class)
            || owner.isAssignableTo(Files.class)
            || owner.isAssignableTo(java.io.File.class);
    return files && method.toLowerCase(java.util.Locale.ROOT).contains("delete");
  }

  private static final DescribedPredicate<JavaMethodCall> DELETES =
      DescribedPredicate.describe(
          "a file is deleted", call -> deletes(call.getTargetOwner(), call.getName()));

  private static final DescribedPredicate<JavaAccess<?>> REFERS_TO_DELETING =
      DescribedPredicate.describe(
          "a file could be deleted", access -> deletes(access.getTargetOwner(), access.getName()));

  @Test
  void theRulesSeeAllModules() {
    for (String name :
        List.of("core", "spark", "etl", "training", "embed", "pretrain", "finetune", "submit")) {
      assertTrue(
          CLASSES.stream().anyMatch(c -> c.getPackageName().startsWith("io.retromae." + name)),
          name);
    }
  }

  @Test
  void everyPackageSaysWhatItHolds() throws IOException {
    Path root = Path.of(System.getProperty("retromae.root"));
    for (String module : MODULES) {
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

  private static final List<String> MODULES =
      List.of("core", "spark", "corpus-etl", "training", "embed", "pretrain", "finetune", "submit");
  private static final int MOST_FILES = 30;
  private static final int MOST_LINES = 4_000;
  private static final int MOST_LINES_OF_A_FILE = 400;

  @Test
  void roomsAreSmallEnoughToBeKnown() throws IOException {
    Path root = Path.of(System.getProperty("retromae.root"));
    Map<Path, List<Long>> rooms = new TreeMap<>();
    for (String module : MODULES) {
      try (Stream<Path> files = Files.walk(root.resolve(module).resolve("src/main/java"))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          long lines = Files.readAllLines(file).size();
          assertTrue(lines <= MOST_LINES_OF_A_FILE, file + " has lines: " + lines);
          rooms.computeIfAbsent(file.getParent(), room -> new ArrayList<>()).add(lines);
        }
      }
    }
    rooms.forEach(
        (room, lines) -> {
          long sum = lines.stream().mapToLong(Long::longValue).sum();
          assertTrue(lines.size() <= MOST_FILES, room + " has files: " + lines.size());
          assertTrue(sum <= MOST_LINES, room + " has lines: " + sum);
        });
  }
}

package io.retromae.etl.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.text.ShippedTable;
import io.retromae.etl.tokenize.VocabularyTrainer;
import io.retromae.etl.work.SplitTask;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * {@link LinearTimeTest} measures the job's stages and tasks. Here: that no class of the packages
 * that look into documents reads characters without being used by one of them, so that a new one is
 * measured without being named.
 */
class MeasuredScannersTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(where -> !where.contains("/test-classes/")) // of any build folder
          .importPackages("io.retromae.etl");

  /** Packages of what looks into documents; what else does is called by their tasks. */
  private static final String SCANNERS =
      "io\\.retromae\\.etl\\.(text|normalize|stage|filter|pii|clean|tokenize|language|dedup|decontaminate)\\..*";

  /** Methods with which a text is read. */
  private static final Set<String> READS =
      Set.of(
          "charAt",
          "codePointAt",
          "codePoints",
          "chars",
          "toCharArray",
          "getChars",
          "indexOf",
          "regionMatches",
          "matcher",
          "matches",
          "replaceAll",
          "split",
          "normalize",
          "lines",
          "getBytes");

  /**
   * Names of benchmark files; lists that ship with the program; words of a vocabulary, the longest
   * of which have 100 characters.
   */
  private static final List<String> NO_DOCUMENTS =
      List.of(
          "io.retromae.etl.decontaminate.BenchmarkFile",
          "io.retromae.etl.decontaminate.BenchmarkFiles",
          ShippedTable.class.getName(),
          VocabularyTrainer.class.getName());

  @Test
  void whateverReadsDocumentsIsUsedByAStageOrTask() {
    Set<JavaClass> measured = new HashSet<>();
    Deque<JavaClass> open = new ArrayDeque<>();
    for (Class<?> task : List.of(CleanTask.class, PackTask.class, SplitTask.class)) {
      open.add(CLASSES.get(task));
    }
    open.addAll(CLASSES.get(DocumentStage.class).getAllSubclasses());
    while (!open.isEmpty()) {
      JavaClass next = open.pop();
      if (CLASSES.contain(next.getName()) && measured.add(next)) {
        next.getDirectDependenciesFromSelf().stream()
            .map(Dependency::getTargetClass)
            .forEach(open::add);
        open.addAll(next.getSubclasses());
      }
    }

    Set<String> others = new TreeSet<>();
    for (JavaClass candidate : CLASSES) {
      if (candidate.getName().matches(SCANNERS)
          && !measured.contains(candidate)
          && readsText(candidate)) {
        others.add(candidate.getName());
      }
    }
    NO_DOCUMENTS.forEach(others::remove);
    assertEquals(Set.of(), others);
  }

  private static boolean readsText(JavaClass candidate) {
    return candidate.getMethodCallsFromSelf().stream().anyMatch(MeasuredScannersTest::readsText);
  }

  private static boolean readsText(JavaMethodCall call) {
    String owner = call.getTargetOwner().getName();
    return READS.contains(call.getTarget().getName())
        && (owner.startsWith("java.lang.")
            || owner.startsWith("java.text.")
            || owner.startsWith("java.util.regex."));
  }
}

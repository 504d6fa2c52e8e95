package io.retromae.etl.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.config.ResolvedSetting;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.etl.clean.Stages;
import io.retromae.etl.decontaminate.CommonNGrams;
import io.retromae.etl.decontaminate.HeldOutDocuments;
import io.retromae.etl.decontaminate.NGramIndexBuilder;
import io.retromae.etl.dedup.FrequentLines;
import io.retromae.etl.language.Language;
import io.retromae.etl.plan.EtlConfig;
import io.retromae.etl.plan.EtlFile;
import io.retromae.etl.plan.EtlUnit;
import io.retromae.etl.source.FileSettings;
import io.retromae.etl.source.Format;
import io.retromae.etl.source.InputSettings;
import io.retromae.etl.source.Split;
import io.retromae.etl.stage.CleanDocument;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.text.WordCounting;
import io.retromae.etl.text.Words;
import io.retromae.etl.work.EtlContext;
import io.retromae.etl.work.SplitTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The time that a document takes grows no faster than its length, whatever it holds. Nothing that
 * scans is named here: the stages are those of the job, each alone, since one would drop what the
 * next one is to see; all else is measured in the job's own tasks.
 *
 * <p>Compared is processor time of the thread, the least of several runs, and memory that it
 * allocated. What is quick in the small is not measured in the large: were it a square, ten times
 * the length would still take little.
 */
class LinearTimeTest {
  private static final Storage STORAGE = new Storage(new Configuration());
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int GROWTH = 10;

  /**
   * Largest quotient of the times: more than the growth, as what fits no cache costs more a char
   * (17 was seen of what is linear), and less than the 32 of a power of 1.5; a square has 100.
   */
  private static final double MOST_TIMES = 30;

  private static final int MOST_RUNS = 4;
  private static final long QUICK_NANOS = 10_000_000;

  /** A hundred times what anything takes; so that a failure does not take hours to show. */
  private static final long MOST_NANOS_PER_CHAR = 10_000;

  /** For each char of a document, all stages together; a text of 1 MB needs less than 1 GB. */
  private static final long MOST_BYTES_PER_CHAR = 1_000;

  private static final int STAGE_CHARS = 100_000;
  private static final int JOB_CHARS = 20_000;
  private static final int DOCUMENTS_PER_FILE = 8;

  @TempDir Path folder;
  private final AtomicInteger files = new AtomicInteger();
  private final List<Callable<List<String>>> measurements = new ArrayList<>();
  private ExecutorService threads;

  @BeforeEach
  void start() throws IOException {
    threads = Executors.newFixedThreadPool(2);
    String words = "\na\n##a\n中\nthe\n1\n##1\n##b\n的\n.\n，\n";
    Files.writeString(
        folder.resolve("vocab.txt"), String.join("\n", Vocabulary.SPECIAL_TOKENS) + words);
    Files.writeString(folder.resolve("bad-words.txt"), "a\n中\n锟斤拷\nthe the\na b\n1 1\n");
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void everyStageTakesTimeInProportionToTheText() throws Exception {
    for (boolean allSwitchesOn : new boolean[] {false, true}) {
      EtlContext context = context(allSwitchesOn, true);
      Stages stages =
          Stages.of(context.config().filters(), context.settingsBelow("filters."), STORAGE);
      List<HostileTexts.Kind> kinds =
          allSwitchesOn ? HostileTexts.together(7) : HostileTexts.alone();
      kinds.forEach(kind -> measurements.add(() -> stages(kind, stages.of(""))));
    }

    assertEquals(List.of(), complaints());
  }

  /** Complaints about the words of a text, and about stages, which all see the same words. */
  private static List<String> stages(HostileTexts.Kind kind, List<DocumentStage> stages) {
    List<String> complaints = new ArrayList<>();
    IntFunction<Runnable> finding =
        chars -> {
          String text = kind.ofLength(chars);
          return () -> WordCounting.BLANKS.of(Words.of(text)); // stages find these ready made
        };
    complaints.addAll(complaint("words on " + kind.name(), STAGE_CHARS, 1, finding));
    Map<Integer, Words> byLength = new HashMap<>();
    for (DocumentStage stage : stages) {
      IntFunction<Runnable> run =
          chars -> {
            Words words =
                byLength.computeIfAbsent(chars, length -> Words.of(kind.ofLength(length)));
            List<CleanDocument> documents =
                Arrays.stream(Language.values())
                    .map(language -> new CleanDocument("", language, words))
                    .filter(document -> stage.scope().covers(document))
                    .limit(1)
                    .toList();
            return () -> documents.forEach(stage::apply);
          };
      complaints.addAll(complaint(stage.name() + " on " + kind.name(), STAGE_CHARS, 1, run));
    }
    return complaints;
  }

  @Test
  void allTasksOfTheJobTakeTimeInProportionToTheTexts() throws Exception {
    for (boolean allSwitchesOn : new boolean[] {false, true}) {
      EtlContext context = context(allSwitchesOn, false);
      List<HostileTexts.Kind> kinds =
          allSwitchesOn ? HostileTexts.together(8) : HostileTexts.alone();
      for (int i = 0; i < kinds.size(); i += DOCUMENTS_PER_FILE) {
        List<HostileTexts.Kind> group =
            kinds.subList(i, Math.min(kinds.size(), i + DOCUMENTS_PER_FILE));
        String names = group.stream().map(HostileTexts.Kind::name).toList().toString();
        measurements.add(
            () ->
                complaint(
                    "tasks on " + names,
                    JOB_CHARS,
                    group.size(),
                    chars -> tasks(context, Format.JSONL, group, chars, false)));
        for (Format format : Format.values()) {
          if (format != Format.PARQUET && !allSwitchesOn) {
            measurements.add(
                () ->
                    complaint(
                        "reading as %s what holds %s".formatted(format, names),
                        JOB_CHARS / 2,
                        100 * group.size(), // a broken record has buffers of its own
                        chars -> tasks(context, format, group, chars, true)));
          }
        }
      }
    }

    assertEquals(List.of(), complaints());
  }

  /** Counters that no Spark knows. */
  private static final CleanCounters UNSEEN =
      new CleanCounters(new LongAccumulator(), new LongAccumulator(), new LongAccumulator());

  /** All tasks that see texts, over a file of documents, or of their bare bytes. */
  private Runnable tasks(
      EtlContext shared, Format format, List<HostileTexts.Kind> kinds, int chars, boolean bare) {
    int number = files.incrementAndGet();
    Path path = folder.resolve("in-%d.jsonl".formatted(number));
    List<String> texts = kinds.stream().map(kind -> kind.ofLength(chars)).toList();
    StringBuilder content = new StringBuilder();
    texts.forEach(text -> content.append(bare ? text : record(text)).append('\n'));
    byte[] bytes = content.toString().getBytes(StandardCharsets.UTF_8);
    write(path, bytes);
    EtlContext context =
        new EtlContext(shared.settings(), STORAGE, folder.resolve("out-" + number).toString());
    EtlFile file =
        new EtlFile(
            0,
            path.toString(),
            "0/in",
            bytes.length,
            0,
            InputSettings.of(path.toString(), format),
            FileSettings.standard());
    NGramIndexBuilder benchmarks = new NGramIndexBuilder(context.config().decontaminate());
    texts.forEach(text -> benchmarks.add("task", Words.of(text.substring(0, 1_000))));
    EtlUnit unit = new EtlUnit(0, file, Split.WHOLE, bytes.length);
    return () -> {
      try {
        SplitTask.run(context.folder(), context.config().reader(), file);
        CleanTask.Receipt cleaned = CleanTask.run(context, unit, benchmarks.build(), UNSEEN);
        Withheld withheld =
            new Withheld(
                false,
                HeldOutDocuments.none(),
                FrequentLines.none(),
                List.of("task"),
                CommonNGrams.none());
        PackTask.run(context, unit, cleaned.cleaned(), withheld);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  private static String record(String text) {
    try {
      return JSON.writeValueAsString(Map.of("text", text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path path, byte[] bytes) {
    try {
      Files.write(path, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A configuration with every switch of the filters on, and every stage on or off. */
  private EtlContext context(boolean allSwitchesOn, boolean stages) {
    Path list = folder.resolve("bad-words.txt");
    List<String> given =
        new ArrayList<>(
            List.of(
                "inputs=[{path: x, format: jsonl}]",
                "output=" + folder.resolve("out"),
                "vocab=" + folder.resolve("vocab.txt"),
                "filters.bad_words.lists={en: '%s', zh: '%s'}".formatted(list, list)));
    for (ResolvedSetting setting : load(given).settings()) {
      boolean ofFilters = setting.path().startsWith("filters.");
      if (ofFilters && setting.path().endsWith(".enabled")) {
        given.add(setting.path() + "=" + stages);
      } else if (ofFilters && allSwitchesOn && setting.value().equals("false")) {
        given.add(setting.path() + "=true");
      }
    }
    List<String> all =
        load(given).settings().stream().map(s -> s.path() + "=" + s.value()).toList();
    return new EtlContext(all, STORAGE, folder.resolve("out").toString());
  }

  private static Resolved<EtlConfig> load(List<String> settings) {
    return ConfigLoader.load(EtlConfig.class, List.of(), settings);
  }

  /** What went wrong in all measurements. */
  private List<String> complaints() throws InterruptedException, ExecutionException {
    List<String> complaints = new ArrayList<>();
    for (Future<List<String>> done : threads.invokeAll(measurements)) {
      complaints.addAll(done.get());
    }
    return complaints;
  }

  /**
   * Compares a text with one of {@value #GROWTH} times its length: a complaint, or none.
   *
   * @param documents that share the memory
   * @param work what is done to texts of so many chars, made ready each time
   */
  private static List<String> complaint(
      String what, int chars, int documents, IntFunction<Runnable> work) {
    Cost small = Cost.of(work.apply(chars));
    if (small.nanos() < QUICK_NANOS) {
      return List.of();
    }
    if (small.nanos() > MOST_NANOS_PER_CHAR * chars) {
      small = small.or(Cost.of(work.apply(chars))); // the first one loads classes
    }
    if (small.nanos() > MOST_NANOS_PER_CHAR * chars * documents) {
      return List.of(
          "%s: %,d chars %s, which is too much to try more".formatted(what, chars, small));
    }
    Cost large = Cost.of(work.apply(GROWTH * chars));
    for (int run = 1; run < MOST_RUNS && isDoubtful(small, large); run++) {
      small = small.or(Cost.of(work.apply(chars)));
      large = large.or(Cost.of(work.apply(GROWTH * chars)));
    }
    long most = MOST_BYTES_PER_CHAR * GROWTH * chars * documents;
    if (large.nanos() > MOST_TIMES * small.nanos() || large.bytes() - small.bytes() > most) {
      return List.of(
          "%s: %,d chars %s, %,d chars %s".formatted(what, chars, small, GROWTH * chars, large));
    }
    return List.of();
  }

  /** Too much to be right, too little to be beyond what noise explains. */
  private static boolean isDoubtful(Cost small, Cost large) {
    return large.nanos() > MOST_TIMES * small.nanos()
        && large.nanos() < GROWTH * MOST_TIMES / 3 * small.nanos();
  }

  /**
   * What a thread spent.
   *
   * @param nanos of processor time
   * @param bytes allocated
   */
  private record Cost(long nanos, long bytes) {
    static Cost of(Runnable work) {
      long nanos = THREADS.getCurrentThreadCpuTime();
      long bytes = THREADS.getCurrentThreadAllocatedBytes();
      work.run();
      return new Cost(
          THREADS.getCurrentThreadCpuTime() - nanos,
          THREADS.getCurrentThreadAllocatedBytes() - bytes);
    }

    Cost or(Cost other) {
      return new Cost(Math.min(nanos, other.nanos), Math.min(bytes, other.bytes));
    }

    @Override
    public String toString() {
      return "%,d ms %,d kB".formatted(nanos / 1_000_000, bytes / 1_000);
    }
  }
}

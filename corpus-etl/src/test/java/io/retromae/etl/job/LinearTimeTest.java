package io.retromae.etl.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.BertWords;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.etl.clean.CleanDocument;
import io.retromae.etl.clean.DocumentStage;
import io.retromae.etl.clean.FilterSettings;
import io.retromae.etl.clean.Normalizer;
import io.retromae.etl.clean.Stages;
import io.retromae.etl.clean.Words;
import io.retromae.etl.decontaminate.CommonNGrams;
import io.retromae.etl.decontaminate.NGramIndexBuilder;
import io.retromae.etl.dedup.FrequentLines;
import io.retromae.etl.dedup.LineHashes;
import io.retromae.etl.dedup.ShingleSet;
import io.retromae.etl.language.Language;
import io.retromae.etl.language.LanguageIdentifier;
import io.retromae.etl.source.Format;
import io.retromae.etl.source.InputSettings;
import io.retromae.etl.source.Split;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinearTimeTest {
  private static final Storage STORAGE = new Storage(new Configuration());
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir Path folder;

  @Test
  void probe() throws IOException {
    Map<String, Consumer<String>> ways = new LinkedHashMap<>();
    Path bad = folder.resolve("bad.txt");
    Files.writeString(bad, "a\n中\n锟斤拷\nthe the\na b\n");
    List<String> on = List.of("bad_words.lists={en: '%s', zh: '%s'}".formatted(bad, bad));
    FilterSettings filters = ConfigLoader.load(FilterSettings.class, List.of(), on).value();
    Stages stages = Stages.of(filters, on, STORAGE);
    for (DocumentStage stage : stages.of("")) {
      for (Language l : Language.values()) {
        ways.put(
            stage.name() + "/" + l, text -> stage.apply(new CleanDocument("", l, words(text))));
      }
    }
    ways.put("normalize", text -> new Normalizer(filters.normalize()).apply(text));
    Normalizer all = new Normalizer(new Normalizer.Settings(true, true, true));
    ways.put("nfkc", all::apply);
    for (LanguageIdentifier.Kind kind : LanguageIdentifier.Kind.values()) {
      ways.put("" + kind, LanguageIdentifier.of(kind)::identify);
    }
    ways.put("words", text -> Words.of(text));
    ways.put("lines", text -> LineHashes.of(text, 1));
    ways.put("shingles", text -> ShingleSet.of(words(text), 5, 256));
    ways.put("bert", text -> new BertWords(true).split(text, w -> {}));
    for (Format f : Format.values()) {
      if (f != Format.PARQUET) {
        ways.put(
            "raw " + f,
            text -> {
              try {
                clean(f, text, text.getBytes(StandardCharsets.UTF_8), false);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
      }
    }
    ways.put(
        "job",
        text -> {
          try {
            clean(
                Format.JSONL,
                text,
                new ObjectMapper().writeValueAsBytes(Map.of("text", text)),
                true);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    List<HostileTexts.Kind> kinds = new ArrayList<>(HostileTexts.alone());
    kinds.addAll(HostileTexts.together(7, Integer.getInteger("partners", 1), List.of()));
    int[] sizes = {5_000, 50_000};
    Map<String, Long> total = new LinkedHashMap<>();
    for (HostileTexts.Kind kind : kinds) {
      String small = kind.ofLength(sizes[0]);
      String large = kind.ofLength(sizes[1]);
      for (var way : ways.entrySet()) {
        try {
          long t1 = cpu(way.getValue(), small);
          long a = THREADS.getCurrentThreadAllocatedBytes();
          long t2 = cpu(way.getValue(), large);
          a = THREADS.getCurrentThreadAllocatedBytes() - a;
          total.merge(way.getKey(), t1 + t2, Long::sum);
          if (t2 > 60_000_000L && t2 > 15 * t1 || a > 100_000_000L) {
            System.out.printf(
                "SLOW %s %s %.1f ms -> %.1f ms; %,d bytes%n",
                way.getKey(), kind.name(), t1 / 1e6, t2 / 1e6, a);
          }
        } catch (Throwable e) {
          System.out.printf(
              "THROWS %s %s %s%n",
              way.getKey(), kind.name(), e.toString().lines().findFirst().orElse(""));
          if (e instanceof ThreadDeath) throw e;
        }
      }
    }
    total.forEach((k, v) -> System.out.printf("TOTAL %s %.0f ms%n", k, v / 1e6));
  }

  private static Words words(String text) {
    return Words.of(text);
  }

  private static long cpu(Consumer<String> way, String text) {
    long start = THREADS.getCurrentThreadCpuTime();
    way.accept(text);
    return THREADS.getCurrentThreadCpuTime() - start;
  }

  private int number;

  private void clean(Format format, String text, byte[] file, boolean pack) throws IOException {
    Path path = folder.resolve("in-" + number++ + ".jsonl");
    Files.write(path, file);
    Path vocab = folder.resolve("vocab.txt");
    if (!Files.exists(vocab)) {
      Files.writeString(
          vocab, String.join("\n", Vocabulary.SPECIAL_TOKENS) + "\na\n##a\n中\nthe\n1\n##1\n");
    }
    List<String> settings =
        new ArrayList<>(
            List.of(
                "inputs=[{path: '%s', format: jsonl}]".formatted(path),
                "output=" + folder.resolve("out-" + number),
                "vocab=" + vocab));
    for (RecordComponent c : FilterSettings.class.getRecordComponents()) {
      if (c.getType().isRecord()
          && Arrays.stream(c.getType().getRecordComponents())
              .anyMatch(x -> x.getName().equals("enabled"))) {
        settings.add(
            "filters." + c.getName().replaceAll("([A-Z])", "_$1").toLowerCase() + ".enabled=false");
      }
    }
    Resolved<EtlConfig> config = ConfigLoader.load(EtlConfig.class, List.of(), settings);
    EtlContext context =
        new EtlContext(
            config.settings().stream().map(s -> s.path() + "=" + s.value()).toList(),
            STORAGE,
            folder.resolve("out-" + number).toString());
    EtlFile f =
        new EtlFile(
            0, path.toString(), "0", file.length, 0, InputSettings.of(path.toString(), format));
    EtlUnit unit = new EtlUnit(0, f, Split.WHOLE, file.length);
    NGramIndexBuilder index = new NGramIndexBuilder(config.value().decontaminate());
    index.add("task", Words.of(text.substring(0, 2000)));
    SplitTask.run(context, f);
    CleanTask.Receipt receipt = CleanTask.run(context, unit, index.build());
    if (pack && receipt.kept() > 0) {
      PackTask.run(
          context,
          unit,
          receipt.cleaned(),
          new Withheld(false, FrequentLines.none(), List.of("task"), CommonNGrams.none()));
    }
  }
}

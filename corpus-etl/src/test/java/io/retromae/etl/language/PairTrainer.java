package io.retromae.etl.language;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.ZstdInputStream;
import io.retromae.etl.normalize.Normalizer;
import io.retromae.etl.text.Words;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes the tables of {@link EnglishPairs} and {@link HanPairs} that are shipped: {@code
 * PairTrainer PILE WUDAO OUT}, two folders of documents in these formats, and the folder to write.
 * Same input, same bytes.
 */
public final class PairTrainer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Set<String> ENGLISH =
      Set.of("Gutenberg (PG-19)", "Wikipedia (en)", "PubMed Central", "FreeLaw", "Pile-CC");

  private static final Set<String> CHINESE = Set.of("百科", "法律", "医疗问答", "诗词");

  /** Documents whose number in their folder has this remainder by {@link #FOLDS} are kept back. */
  private static final int KEPT_BACK = 4;

  private static final int FOLDS = 5;

  /** Of one English document, so that books do not outweigh the rest. */
  private static final int LONGEST = 60_000;

  private PairTrainer() {}

  /** See the class. */
  public static void main(String[] args) throws IOException {
    EnglishPairCounter english = new EnglishPairCounter();
    for (String text : chosen(pile(Path.of(args[0])))) {
      english.add(Words.of(text.substring(0, Math.min(LONGEST, text.length()))));
    }
    HanPairCounter chinese = new HanPairCounter();
    for (String text : chosen(wudao(Path.of(args[1])))) {
      chinese.add(text);
    }
    Path folder = Path.of(args[2]);
    try (OutputStream out = Files.newOutputStream(folder.resolve("english-pairs.bin"))) {
      english.write(out);
    }
    try (OutputStream out = Files.newOutputStream(folder.resolve("han-pairs.bin"))) {
      chinese.write(out);
    }
  }

  private static List<String> chosen(List<String> texts) {
    List<String> chosen = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      if (i % FOLDS != KEPT_BACK) {
        chosen.add(Normalizer.normalize(texts.get(i)));
      }
    }
    return chosen;
  }

  /** English documents; of the web pages, the film reviews. */
  private static List<String> pile(Path folder) throws IOException {
    List<String> texts = new ArrayList<>();
    for (Path file : files(folder, ".jsonl.zst")) {
      try (InputStream in = new ZstdInputStream(Files.newInputStream(file)).setContinuous(true)) {
        var records = JSON.readerFor(JsonNode.class).<JsonNode>readValues(in);
        while (records.hasNext()) {
          JsonNode record = records.next();
          String set = record.at("/meta/pile_set_name").asText();
          String text = record.get("text").asText();
          boolean review =
              text.contains(" the ") && text.equals(text.toLowerCase(java.util.Locale.ROOT));
          if (ENGLISH.contains(set) && (review || !set.equals("Pile-CC"))) {
            texts.add(text);
          }
        }
      }
    }
    return texts;
  }

  private static List<String> wudao(Path folder) throws IOException {
    List<String> texts = new ArrayList<>();
    for (Path file : files(folder, ".json")) {
      try (JsonParser parser = JSON.createParser(file.toFile())) {
        while (parser.nextToken() != JsonToken.START_ARRAY) {
          // to the records
        }
        while (parser.nextToken() == JsonToken.START_OBJECT) {
          JsonNode record = JSON.readTree(parser);
          if (CHINESE.contains(record.path("dataType").asText())) {
            texts.add(record.path("title").asText() + "\n" + record.path("content").asText());
          }
        }
      }
    }
    return texts;
  }

  private static List<Path> files(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(ending)).sorted().toList();
    }
  }
}

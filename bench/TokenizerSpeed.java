import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.ZstdInputStream;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.TokenizerFiles;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.core.vocab.WordPieceTokenizer;
import io.retromae.core.vocab.WordRules;
import io.retromae.etl.tokenize.DocumentEncoder;
import io.retromae.etl.tokenize.Packer;
import io.retromae.etl.tokenize.PackingSettings;
import io.retromae.etl.tokenize.SentenceSplitter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * Times text to token ids: our WordPiece, the library's through DJL's bindings, whole texts and
 * sentences, and the whole way from text to blocks. Contenders take turns; figures are MB of UTF-8 by
 * second of processor time of the one thread that they all work in, best round.
 */
final class TokenizerSpeed {
  private static final int ROUNDS = 5;
  private static final String NO_DOCUMENT = "0".repeat(32);

  private TokenizerSpeed() {}

  public static void main(String[] arguments) throws IOException {
    Path examples = Path.of(arguments[0]);
    Path corpora = Path.of(arguments[1]);
    Vocabulary vocabulary =
        Vocabulary.load(new Storage(new Configuration()), examples.resolve("vocab.txt").toString());
    byte[] json = TokenizerFiles.files(vocabulary, WordRules.bert(true), 512).get("tokenizer.json");
    Map<String, String> options = Map.of("addSpecialTokens", "false", "truncation", "false");
    try (HuggingFaceTokenizer library =
        HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), options)) {
      for (String corpus : List.of("pile", "wudao")) {
        compare(corpus, texts(corpora.resolve(corpus)), contenders(vocabulary, library));
      }
    }
  }

  private static Map<String, ToLongFunction<String>> contenders(
      Vocabulary vocabulary, HuggingFaceTokenizer library) {
    WordPieceTokenizer ours = new WordPieceTokenizer(vocabulary, WordRules.bert(true));
    DocumentEncoder encoder = new DocumentEncoder(ours);
    Packer packer =
        new Packer(new PackingSettings(PackingSettings.Mode.LOSSLESS, 512, 1, 0), 42);
    Map<String, ToLongFunction<String>> contenders = new LinkedHashMap<>();
    contenders.put("library, texts", text -> library.encode(text, false, false).getIds().length);
    contenders.put("library, sentences", text -> bySentence(library, text));
    contenders.put("ours, texts", text -> ours.encode(text).length);
    contenders.put("ours, sentences", text -> encoder.encode(text).size());
    contenders.put(
        "ours, text to blocks",
        text ->
            packer.pack(encoder.encode(text), NO_DOCUMENT).blocks().stream()
                .mapToLong(block -> block.length)
                .sum());
    return contenders;
  }

  private static long bySentence(HuggingFaceTokenizer library, String text) {
    long ids = 0;
    for (String sentence : SentenceSplitter.split(text)) {
      ids += library.encode(sentence, false, false).getIds().length;
    }
    return ids;
  }

  private static void compare(
      String corpus, List<String> texts, Map<String, ToLongFunction<String>> contenders) {
    long bytes = texts.stream().mapToLong(t -> t.getBytes(StandardCharsets.UTF_8).length).sum();
    System.out.printf("%s: %d texts, %.1f MB%n", corpus, texts.size(), bytes / 1e6);
    Map<String, Double> best = new LinkedHashMap<>();
    Map<String, Long> ids = new LinkedHashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      contenders.forEach(
          (name, encode) -> {
            long start = cpuNanos();
            ids.put(name, texts.stream().mapToLong(encode).sum());
            best.merge(name, bytes * 1e3 / (cpuNanos() - start), Math::max);
          });
    }
    best.forEach((name, speed) -> System.out.printf("  %-22s %8.2f MB/s %,12d ids%n", name, speed, ids.get(name)));
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static List<String> texts(Path folder) throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        if (file.toString().endsWith(".zst")) {
          lines(file, texts);
        } else if (file.toString().endsWith(".json")) {
          JsonNode root = new ObjectMapper().readTree(file.toFile());
          (root.isArray() ? root : root.path("RECORDS")).forEach(r -> texts.add(r.path("content").asText()));
        }
      }
    }
    return texts;
  }

  private static void lines(Path file, List<String> texts) throws IOException {
    ObjectMapper json = new ObjectMapper();
    try (InputStream in = new ZstdInputStream(Files.newInputStream(file))) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        try {
          texts.add(json.readTree(line).path("text").asText());
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
          continue; // planted in the samples: a record that is no JSON
        }
      }
    }
  }
}

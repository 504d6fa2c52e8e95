import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.ZstdInputStream;
import io.retromae.core.config.ConfigLoader;
import io.retromae.core.storage.Storage;
import io.retromae.etl.clean.Cleaner;
import io.retromae.etl.clean.FilterSettings;
import io.retromae.etl.clean.Stages;
import io.retromae.etl.stage.Verdict;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * Which documents the quality rules keep, by source, without deduplication; see {@code quality.sh}.
 * Reads the Pile's and WuDao's formats, JSON lines with {@code kind} and {@code text}, and the
 * labelled texts of the tests. Arguments: files, settings such as {@code
 * filters.gopher_quality.words=tokens}, and {@code -v}: name every dropped document, {@code -k}:
 * every kept one.
 */
final class Quality {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ANY_ID = "0".repeat(32);

  private final Cleaner cleaner;
  private final boolean nameDropped;
  private final boolean nameKept;
  private final Map<String, int[]> counts = new TreeMap<>();
  private final Map<String, Map<String, Integer>> reasons = new TreeMap<>();
  private long bytes;
  private long nanos;

  private Quality(List<String> arguments) {
    nameDropped = arguments.contains("-v");
    nameKept = arguments.contains("-k");
    List<String> settings =
        arguments.stream()
            .filter(a -> a.startsWith("filters."))
            .map(a -> a.substring("filters.".length()))
            .toList();
    var loaded = ConfigLoader.load(FilterSettings.class, List.of(), settings);
    List<String> resolved =
        loaded.settings().stream().map(s -> s.path() + "=" + s.value()).toList();
    Storage storage = new Storage(new Configuration(false));
    cleaner = new Cleaner(Stages.of(loaded.value(), resolved, storage), 0);
  }

  public static void main(String[] args) throws IOException {
    List<String> arguments = Arrays.asList(args);
    Quality quality = new Quality(arguments);
    for (String argument : arguments) {
      if (!argument.startsWith("-") && !argument.startsWith("filters.")) {
        quality.file(Path.of(argument));
      }
    }
    quality.print();
  }

  private void file(Path path) throws IOException {
    String name = path.getFileName().toString();
    try (InputStream stored = new BufferedInputStream(Files.newInputStream(path))) {
      if (name.endsWith(".txt")) {
        labelled(new String(stored.readAllBytes(), StandardCharsets.UTF_8));
      } else if (name.endsWith(".json")) {
        array(stored);
      } else {
        InputStream plain =
            name.endsWith(".zst") ? new ZstdInputStream(stored).setContinuous(true) : stored;
        var lines = JSON.readerFor(JsonNode.class).<JsonNode>readValues(plain);
        while (lines.hasNext()) {
          JsonNode record = lines.next();
          JsonNode set = record.at("/meta/pile_set_name");
          String source = set.isTextual() ? "pile/" + set.asText() : "q/" + kind(record);
          document(source, record.get("text").asText());
        }
      }
    }
  }

  private static String kind(JsonNode record) {
    return record.path("kind").asText("none");
  }

  private void labelled(String text) {
    for (String part : text.split("(?m)^### ")) {
      int end = part.indexOf('\n');
      if (end > 0) {
        String[] head = part.substring(0, end).split(" ");
        document("q/" + head[0] + "_" + head[1] + "/" + head[2], part.substring(end + 1));
      }
    }
  }

  private void array(InputStream stored) throws IOException {
    try (JsonParser parser = JSON.createParser(stored)) {
      while (parser.nextToken() != JsonToken.START_ARRAY) {
        // to the records
      }
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        JsonNode record = JSON.readTree(parser);
        String title = record.path("title").asText();
        String content = record.path("content").asText();
        String text = content.startsWith(title) ? content : title + "\n" + content;
        document("wudao/" + record.path("dataType").asText(), text);
      }
    }
  }

  private void document(String source, String raw) {
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    Verdict verdict = cleaner.clean(ANY_ID, source, raw);
    nanos += ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
    bytes += raw.getBytes(StandardCharsets.UTF_8).length;
    int[] count = counts.computeIfAbsent(group(source), s -> new int[2]);
    count[0]++;
    boolean kept = verdict instanceof Verdict.Kept;
    count[1] += kept ? 1 : 0;
    String reason = reason(verdict, raw.length());
    if (!reason.equals("kept")) {
      String language = verdict.document().language().toString().toLowerCase(Locale.ROOT);
      reasons.computeIfAbsent(group(source), s -> new TreeMap<>())
          .merge(language + " " + reason, 1, Integer::sum);
    }
    if (kept ? nameKept : nameDropped) {
      String begin = raw.substring(0, Math.min(60, raw.length())).replace('\n', '|');
      System.out.println(verdict.document().language() + " " + reason + " " + source + ": " + begin);
    }
  }

  private static String reason(Verdict verdict, int chars) {
    if (verdict instanceof Verdict.Dropped dropped) {
      return dropped.stage() + ":" + dropped.reason();
    }
    int left = 100 * verdict.document().text().length() / Math.max(1, chars);
    return left < 90 ? "kept " + left / 10 + "0 %" : "kept";
  }

  /** Labelled texts are counted by their label, others by source. */
  private static String group(String source) {
    int end = source.indexOf('/', 2);
    return source.startsWith("q/") && end > 0 ? source.substring(0, end) : source;
  }

  private void print() {
    System.out.printf("%-28s %9s %7s %7s  %s%n", "source", "documents", "kept", "%", "reasons");
    counts.forEach(
        (source, count) -> {
          List<String> why = new ArrayList<>();
          reasons
              .getOrDefault(source, Map.of())
              .entrySet()
              .stream()
              .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
              .forEach(e -> why.add(e.getKey() + " " + e.getValue()));
          double share = 100.0 * count[1] / count[0];
          String begin = String.join(", ", why.subList(0, Math.min(8, why.size())));
          System.out.printf("%-28s %9d %7d %7.1f  %s%n", source, count[0], count[1], share, begin);
        });
    System.out.printf("%.1f MB, %.2f MB per core-second%n", bytes / 1e6, bytes / 1e6 / (nanos / 1e9));
  }
}

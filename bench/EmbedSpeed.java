import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.WordPieceTokenizer;
import io.retromae.embed.encoder.EncoderFolder;
import io.retromae.embed.encoder.EncoderOptions;
import io.retromae.embed.encoder.EncoderSpec;
import io.retromae.embed.encoder.Place;
import io.retromae.embed.encoder.SharedEncoder;
import io.retromae.embed.encoder.TextEncoder;
import io.retromae.training.settings.DeviceSetting;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * Texts per second of this project's encoder, and what it makes of texts. Prints one JSON line in
 * the words of peers/embed_sentence_transformers.py; writes the vectors as plain float32 if a file
 * is named for them. See bench/embed_vs_sentence_transformers.py and bench/bge_small.py.
 *
 * <p>Arguments: model folder, file of texts (one a line, or with NUL bytes between them), most
 * tokens of a text, threads, passes that count after the first, file for vectors or "".
 */
final class EmbedSpeed {
  private EmbedSpeed() {}

  public static void main(String[] args) throws IOException {
    Storage storage = new Storage(new Configuration());
    EncoderFolder folder = EncoderFolder.open(storage, args[0]);
    List<String> texts = texts(Files.readString(Path.of(args[1])));
    int maxLength = Integer.parseInt(args[2]);
    int threads = Integer.parseInt(args[3]);
    int repeat = Integer.parseInt(args[4]);
    EncoderSpec spec =
        folder.spec(
            new EncoderOptions(
                Optional.empty(), Optional.empty(), Optional.of(maxLength),
                EncoderOptions.TOKENS_PER_BATCH, DeviceSetting.CPU));
    double best = Double.POSITIVE_INFINITY;
    double cpu = Double.POSITIVE_INFINITY;
    float[][] vectors = {};
    try (TextEncoder encoder =
        SharedEncoder.acquire(storage, spec, new Place(List.of(), threads))) {
      for (int pass = 0; pass <= repeat; pass++) {
        long before = cpuNanos();
        long start = System.nanoTime();
        vectors = encoder.encode(texts);
        if (pass > 0 || repeat == 0) {
          best = Math.min(best, (System.nanoTime() - start) / 1e9);
          cpu = Math.min(cpu, (cpuNanos() - before) / 1e9);
        }
      }
    }
    SharedEncoder.closeIdle();
    if (!args[5].isEmpty()) {
      write(vectors, Path.of(args[5]));
    }
    long tokens = tokens(folder, texts, maxLength);
    System.out.printf(
        Locale.ROOT,
        "{\"texts\": %d, \"tokens\": %d, \"threads\": %d, \"best_s\": %.3f, \"min_cpu_s\": %.3f,"
            + " \"texts_per_s\": %.1f, \"tokens_per_s\": %d, \"peak_rss_MB\": %d,"
            + " \"sum_of_vectors\": %s}%n",
        texts.size(), tokens, threads, best, cpu, texts.size() / best, Math.round(tokens / best),
        peakMegabytes(), sum(vectors));
  }

  private static List<String> texts(String content) {
    boolean lines = content.indexOf('\0') < 0;
    List<String> texts = new ArrayList<>(Arrays.asList(content.split(lines ? "\n" : "\0", -1)));
    if (lines && texts.get(texts.size() - 1).isEmpty()) {
      texts.remove(texts.size() - 1);
    }
    return texts;
  }

  private static long tokens(EncoderFolder folder, List<String> texts, int maxLength) {
    WordPieceTokenizer tokenizer =
        new WordPieceTokenizer(folder.vocabulary(), folder.wordRules());
    return texts.stream()
        .mapToLong(text -> Math.min(maxLength, tokenizer.encode(text).length + 2))
        .sum();
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean)
            ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static List<String> sum(float[][] vectors) {
    List<String> sums = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int column = i;
      double sum = Arrays.stream(vectors).mapToDouble(vector -> vector[column]).sum();
      sums.add(String.format(Locale.ROOT, "%.4f", sum));
    }
    return sums;
  }

  private static void write(float[][] vectors, Path file) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(4 * vectors.length * vectors[0].length)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (float[] vector : vectors) {
      for (float value : vector) {
        bytes.putFloat(value);
      }
    }
    Files.write(file, bytes.array());
  }

  /** The process's largest resident set so far. */
  private static long peakMegabytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }
}

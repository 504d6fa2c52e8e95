package io.retromae.etl.language;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** English documents of several registers, read from files in the format of the Pile. */
final class EnglishProse {
  /** Film reviews: no capital letter, no letter beyond ASCII, spaces before full stops. */
  private static final Pattern REVIEW = Pattern.compile("[^A-Z\\u0080-\\uffff]*");

  private static final Pattern COMMENT = Pattern.compile("^\\s*#+ ?(.*)$", Pattern.MULTILINE);
  private static final int SHORTEST = 500;

  private EnglishProse() {}

  /**
   * English documents by register; every fifth line of the files is kept back for tests.
   *
   * @param folder with {@code *.jsonl.zst}
   * @param keptBack whether to give the documents kept back, else all others
   */
  static Map<String, List<String>> read(Path folder, boolean keptBack) throws IOException {
    Map<String, List<String>> registers = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".jsonl.zst")).sorted().toList()) {
        read(file, keptBack, registers);
      }
    }
    return registers;
  }

  private static void read(Path file, boolean keptBack, Map<String, List<String>> registers)
      throws IOException {
    ObjectMapper json = new ObjectMapper();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new ZstdInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      long number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode record = json.readTree(line);
        boolean mine = (number++ % 5 == 0) == keptBack;
        String register = record.at("/meta/pile_set_name").asText();
        String text = english(register, record.get("text").asText());
        if (mine && text.length() >= SHORTEST) {
          registers.computeIfAbsent(register, r -> new ArrayList<>()).add(text);
        }
      }
    }
  }

  /** The English of a document; empty if it has none that is fit for training. */
  private static String english(String register, String text) {
    return switch (register) {
      case "DM Mathematics" -> "";
      case "Github" ->
          COMMENT.matcher(text).results().map(m -> m.group(1)).collect(Collectors.joining("\n"));
      case "Pile-CC" -> isReview(text) ? text : "";
      default -> text;
    };
  }

  private static boolean isReview(String text) {
    return REVIEW.matcher(text).matches()
        && text.contains(" . ")
        && !text.startsWith("#")
        && !text.startsWith("-");
  }
}

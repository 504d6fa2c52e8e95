package io.retromae.etl.source;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Made-up records of each format, some of them unusual. */
final class SampleRecords {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> WORDS =
      List.of(
          "plain ",
          "café ",
          "汉字文本。",
          "\uD83D\uDE00",
          "\"quoted\" ",
          "back\\slash ",
          "line\nfeed",
          "tab\t",
          "},{\"content\": \"x\"} ",
          "}, {",
          "[1, 2], ",
          "\u2028",
          "\u0001");

  private final Random random;
  private final Format format;

  SampleRecords(Format format, Random random) {
    this.format = format;
    this.random = random;
  }

  private String text(int most) {
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(most); left > 0; left--) {
      text.append(WORDS.get(random.nextInt(WORDS.size())));
    }
    return text.toString();
  }

  /** One record without a raw line feed, unless pretty. */
  String next(boolean pretty) {
    ObjectNode record = JSON.createObjectNode();
    if (format == Format.WUDAO) {
      record.put("id", random.nextInt(1000)).put("uniqueKey", "k" + random.nextInt());
      record.put("title", text(3)).put("dataType", "百科").put("content", text(20));
      if (random.nextInt(8) == 0) {
        record.putArray("links").addObject().put("content", "a").putNull("b");
      }
      if (random.nextInt(8) == 0) {
        record.putArray("parts").add(record.deepCopy()).add(record.deepCopy());
      }
    } else {
      record.put("text", text(20)).put("n", random.nextDouble());
      record.putObject("meta").put("pile_set_name", "Wiki").put("deep", random.nextBoolean());
      record.put("title", text(2)).put("set", random.nextBoolean() ? "a" : "");
    }
    if (random.nextInt(12) == 0) {
      record.remove(format == Format.WUDAO ? "content" : "text");
    }
    String json = pretty ? record.toPrettyString() : record.toString();
    return random.nextBoolean() ? escaped(json) : json;
  }

  /** All characters beyond ASCII as backslash, u and four digits. */
  private static String escaped(String json) {
    StringBuilder out = new StringBuilder();
    for (char c : json.toCharArray()) {
      out.append(c < 0x80 ? String.valueOf(c) : "\\u%04x".formatted((int) c));
    }
    return out.toString();
  }

  /** Lines; some blank, some with a carriage return. */
  byte[] lines(int records) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < records; i++) {
      lines.append(next(false)).append(random.nextInt(4) == 0 ? "\r\n" : "\n");
      lines.append(random.nextInt(10) == 0 ? " \n" : "");
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** An array. */
  byte[] array(int records, boolean pretty, boolean wrapped) {
    StringBuilder array = new StringBuilder(wrapped ? "{\"RECORDS\": [" : "\uFEFF[");
    for (int i = 0; i < records; i++) {
      array.append(i == 0 ? "" : ",").append(pretty ? "\n  " : "").append(next(pretty));
    }
    array.append(wrapped ? "]}\n" : "]");
    return array.toString().getBytes(StandardCharsets.UTF_8);
  }
}

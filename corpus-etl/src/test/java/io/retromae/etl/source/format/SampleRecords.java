package io.retromae.etl.source.format;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.etl.source.Format;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Made-up records of each format, some of them unusual. */
public final class SampleRecords {
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

  public SampleRecords(Format format, Random random) {
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
  public String next(boolean pretty) {
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
      set((ObjectNode) record.get("meta"));
    }
    if (random.nextInt(8) == 0) {
      record.putArray("scores").add(Double.NaN).addObject().put("low", Double.NEGATIVE_INFINITY);
    }
    if (random.nextInt(12) == 0) {
      record.remove(format == Format.WUDAO ? "content" : "text");
    }
    String json = pretty ? record.toPrettyString() : record.toString();
    json = json.replace("\"NaN\"", "NaN").replace("\"-Infinity\"", "-Infinity");
    return random.nextBoolean() ? escaped(json) : json;
  }

  /** A name within a name, sometimes under a key that holds the dot, sometimes no text. */
  private void set(ObjectNode meta) {
    switch (random.nextInt(6)) {
      case 0 -> meta.put("set.name", "dotted").putObject("set").put("name", "nested");
      case 1 -> meta.putObject("set").put("name", random.nextInt(9) / 2.0);
      case 2 -> meta.putObject("set").putArray("name").add("a");
      case 3 -> meta.put("set", "a text").put("set.name", random.nextBoolean());
      default -> meta.putObject("set").put("name", "s" + random.nextInt(3)).putNull("x");
    }
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

  /** Files with byte order marks, joined. */
  byte[] joinedLines(int records) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (int i = 0; i <= records / 5; i++) {
      joined.writeBytes("\uFEFF".repeat(random.nextInt(3)).getBytes(StandardCharsets.UTF_8));
      joined.writeBytes(lines(1 + random.nextInt(5)));
    }
    return joined.toByteArray();
  }

  /** Arrays, some of them wrapped, joined. */
  byte[] joinedArrays(int records) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (int i = 0; i <= records / 5; i++) {
      joined.writeBytes(array(1 + random.nextInt(5), random.nextBoolean(), random.nextBoolean()));
      joined.writeBytes(random.nextBoolean() ? "\n".getBytes(StandardCharsets.UTF_8) : new byte[0]);
    }
    return joined.toByteArray();
  }

  /** An object with arrays of records among other members. */
  byte[] wrapped(int records) {
    ObjectNode object = JSON.createObjectNode().put("\"a\\", text(9)).put("count", records);
    object.putObject("about").putArray("content").addObject().put("content", "}],[{");
    object.putArray("authors").addObject().put("name", "\"content\":");
    if (random.nextBoolean()) {
      object.putArray("none");
    }
    StringBuilder wrapped = new StringBuilder(object.toPrettyString());
    wrapped.setLength(wrapped.length() - 1);
    String[] names = {"RECORDS", "data", "more"};
    for (int part = 0; part <= random.nextInt(3); part++) {
      wrapped.append(",\"").append(names[random.nextInt(3)]).append("\" :");
      String array = new String(array(records, part > 0, false), StandardCharsets.UTF_8);
      wrapped.append(array.substring(1)); // without the byte order mark
      wrapped.append(", \"next\": [1, {\"content\": 2}], \"n\": null");
    }
    return wrapped.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
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

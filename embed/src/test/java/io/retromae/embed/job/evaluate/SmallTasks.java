package io.retromae.embed.job.evaluate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A small task of each kind, in words of the tiny model. */
final class SmallTasks {
  private static final String[] SYLLABLES = {
    "ba", "be", "bi", "da", "de", "do", "fa", "ga", "ka", "ke", "ki", "lo", "ma", "mi", "na", "ne",
    "pa", "re", "ri", "ro", "sa", "se", "ta", "to"
  };

  private final Path folder;
  private final Random random = new Random(11);

  private SmallTasks(Path folder) {
    this.folder = folder;
  }

  /** Writes them into folders named by kind. */
  static void write(Path folder) throws IOException {
    SmallTasks tasks = new SmallTasks(folder);
    tasks.retrieval();
    tasks.reranking();
    tasks.pairs("sts", "score");
    tasks.pairs("pair_classification", "labels");
    tasks.labelled("classification");
    tasks.clustering();
  }

  /** The settings {@code tasks}, all kinds or some. */
  static String setting(Path folder, String... kinds) {
    List<String> tasks = new ArrayList<>();
    for (String kind : kinds) {
      tasks.add("{name: %s, path: '%s'}".formatted(kind, folder.resolve(kind)));
    }
    return "tasks=[" + String.join(", ", tasks) + "]";
  }

  private String words(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : " ");
      text.append(SYLLABLES[random.nextInt(SYLLABLES.length)]);
      text.append(SYLLABLES[random.nextInt(SYLLABLES.length)]);
    }
    return text.toString();
  }

  private void lines(String name, List<String> lines) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, lines, StandardCharsets.UTF_8);
  }

  /** 600 documents, so that there are several parts; a query is the beginning of its document. */
  private void retrieval() throws IOException {
    List<String> corpus = new ArrayList<>();
    List<String> queries = new ArrayList<>();
    List<String> qrels = new ArrayList<>(List.of("query-id\tcorpus-id\tscore"));
    for (int i = 0; i < 600; i++) {
      String title = words(2);
      String text = words(1 + random.nextInt(12));
      corpus.add(
          "{\"_id\": \"d%d\", \"title\": \"%s\", \"text\": \"%s\"}".formatted(i, title, text));
      if (i % 20 == 0) {
        queries.add("{\"_id\": \"q%d\", \"text\": \"%s %s\"}".formatted(i, title, words(1)));
        qrels.add("q%d\td%d\t2".formatted(i, i));
        qrels.add("q%d\td%d\t1".formatted(i, i + 1));
      }
    }
    queries.add("{\"_id\": \"none\", \"text\": \"\"}");
    qrels.add("none\td1\t0");
    lines("retrieval/corpus.jsonl", corpus);
    lines("retrieval/queries.jsonl", queries);
    lines("retrieval/qrels/test.tsv", qrels);
  }

  private void reranking() throws IOException {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String query = words(3);
      rows.add(
          "{\"query\": \"%s\", \"positive\": [\"%s %s\"], \"negative\": [\"%s\", \"%s\"]}"
              .formatted(query, query, words(2), words(4), words(4)));
    }
    rows.add("{\"query\": \"ka\", \"positive\": [], \"negative\": [\"ke\"]}");
    lines("reranking/test.jsonl", rows);
  }

  private void pairs(String name, String field) throws IOException {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      String left = words(4);
      boolean same = i % 2 == 0;
      rows.add(
          "{\"sentence1\": \"%s\", \"sentence2\": \"%s\", \"%s\": %s}"
              .formatted(
                  left,
                  same ? left + " " + words(1) : words(4),
                  field,
                  field.equals("score") ? (same ? 3 + random.nextInt(3) : 0) : (same ? 1 : 0)));
    }
    lines(name + "/test.jsonl", rows);
  }

  private void labelled(String name) throws IOException {
    for (String split : List.of("train", "test")) {
      List<String> rows = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        String text = (i % 2 == 0 ? "kaka kiki " : "momo nono ") + words(2);
        rows.add("{\"text\": \"%s\", \"label\": \"%s\"}".formatted(text, i % 2 == 0 ? "a" : "b"));
      }
      lines(name + "/" + split + ".jsonl", rows);
    }
  }

  private void clustering() throws IOException {
    List<String> rows = new ArrayList<>();
    for (int set = 0; set < 3; set++) {
      List<String> texts = new ArrayList<>();
      List<String> labels = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        texts.add("\"" + (i % 2 == 0 ? "baba bibi " : "toto rere ") + words(2) + "\"");
        labels.add(Integer.toString(i % 2));
      }
      rows.add("{\"sentences\": %s, \"labels\": %s}".formatted(texts, labels));
    }
    lines("clustering/test.jsonl", rows);
  }
}

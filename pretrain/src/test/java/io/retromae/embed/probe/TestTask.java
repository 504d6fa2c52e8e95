package io.retromae.embed.probe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A retrieval task in the words of the test corpus: a query is a part of its document. */
public final class TestTask {
  private TestTask() {}

  /** Writes a task in BEIR's layout; document i answers query i, further ones answer none. */
  public static void write(Path folder, int queries, int documents) throws IOException {
    Random random = new Random(11);
    List<String> corpus = new ArrayList<>();
    List<String> asked = new ArrayList<>();
    StringBuilder qrels = new StringBuilder("query-id\tcorpus-id\tscore\n");
    for (int i = 0; i < documents; i++) {
      List<String> words = new ArrayList<>();
      int length = 5 + random.nextInt(20);
      for (int word = 0; word < length; word++) {
        int number = 6 + random.nextInt(100);
        words.add("t" + (number % 5 == 0 ? number + 1 : number));
      }
      corpus.add(
          "{\"_id\": \"d%d\", \"title\": \"\", \"text\": \"%s\"}"
              .formatted(i, String.join(" ", words)));
      if (i < queries) {
        asked.add(
            "{\"_id\": \"q%d\", \"text\": \"%s\"}"
                .formatted(i, String.join(" ", words.subList(0, 4))));
        qrels.append("q%d\td%d\t1\n".formatted(i, i));
      }
    }
    Files.createDirectories(folder.resolve("qrels"));
    Files.writeString(folder.resolve("corpus.jsonl"), String.join("\n", corpus) + "\n");
    Files.writeString(folder.resolve("queries.jsonl"), String.join("\n", asked) + "\n");
    Files.writeString(folder.resolve("qrels/test.tsv"), qrels);
  }
}

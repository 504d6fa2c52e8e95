package io.retromae.embed.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The formats of tasks that are whole. */
class TaskReaderTest {
  @RegisterExtension private final TaskFolder folder = new TaskFolder();

  private static void assertIsTheRetrievalTask(TaskFolder.Read read, TaskFormat format) {
    Judgments.Retrieval judged =
        assertInstanceOf(Judgments.Retrieval.class, read.task().judgments());

    assertEquals(TaskKind.RETRIEVAL, read.task().kind());
    assertEquals(format, read.task().format());
    assertEquals(List.of("q2", "q1"), judged.queries());
    assertEquals(Map.of("q1", Map.of("d1", 2, "d2", 0), "q2", Map.of("d2", 1)), judged.grades());
    assertEquals(List.of("q2|second", "q1|first"), read.texts(TextSet.QUERIES));
    assertEquals(List.of("d1|T One", "d2|Two", "d3|x y"), read.texts(TextSet.CORPUS));
    assertEquals(
        Map.of("queries_without_relevant_documents", 1L, "queries_not_judged", 1L),
        read.task().leftOut());
    assertEquals(3, read.task().texts().get(TextSet.CORPUS).count());
  }

  private void writeTexts(String id, String queries) throws IOException {
    folder.write(
        "corpus.jsonl",
        "{'%s': 'd1', 'title': 'T', 'text': 'One '}".formatted(id),
        "",
        "{'%s': 'd2', 'title': '', 'text': 'Two'}".formatted(id),
        "{'%s': 'd3', 'text': '\\u00a0x y\\u3000'}".formatted(id));
    folder.write(
        queries,
        "{'%s': 'q2', 'text': 'second'}".formatted(id),
        "{'%s': 'q1', 'text': 'first'}".formatted(id),
        "{'%s': 'q3', 'text': 'third'}".formatted(id),
        "{'%s': 'q4', 'text': 'of another split'}".formatted(id));
  }

  @Test
  void equalTextsOfTwoSetsAreToldApart() throws IOException {
    folder.write("corpus.jsonl", "{'_id': 'a', 'text': 'x'}");
    folder.write("queries.jsonl", "{'_id': 'a', 'text': 'x'}");
    folder.write("qrels/test.tsv", "query-id\tcorpus-id\tscore", "a\ta\t1");

    Task task = folder.read().task();

    assertNotEquals(
        task.texts().get(TextSet.QUERIES).fingerprint(),
        task.texts().get(TextSet.CORPUS).fingerprint());
  }

  @Test
  void queriesOfOtherSplitsAreCounted() throws IOException {
    folder.write("corpus.jsonl", "{'_id': 'a', 'text': 'x'}");
    folder.write("queries.jsonl", "{'_id': 'a', 'text': 'x'}", "{'_id': 'b', 'text': 'x'}");
    folder.write("qrels/test.tsv", "query-id\tcorpus-id\tscore", "a\ta\t1");

    assertEquals(Map.of("queries_not_judged", 1L), folder.read().task().leftOut());
  }

  @Test
  void beirFolder() throws IOException {
    writeTexts("_id", "queries.jsonl");
    folder.write(
        "qrels/test.tsv",
        "query-id\tcorpus-id\tscore",
        "q1\td1\t2",
        "q1\td2\t0",
        "q2\td2\t1",
        "q3\td1\t0");
    folder.write("qrels/dev.tsv", "query-id\tcorpus-id\tscore", "q4\td1\t1");
    folder.write("README.md", "# a task");

    TaskFolder.Read read = folder.read();

    assertIsTheRetrievalTask(read, TaskFormat.BEIR);
    assertEquals(List.of("third", "of another split"), read.unasked());
  }

  @Test
  void flagEmbeddingFolder() throws IOException {
    writeTexts("id", "dev_queries.jsonl");
    folder.write(
        "dev_qrels.jsonl",
        "{'qid': 'q1', 'docid': 'd1', 'relevance': 2}",
        "{'qid': 'q1', 'docid': 'd2', 'relevance': 0}",
        "{'qid': 'q2', 'docid': 'd2', 'relevance': 1}",
        "{'qid': 'q3', 'docid': 'd2', 'relevance': -1}");

    assertIsTheRetrievalTask(folder.read("split=dev"), TaskFormat.FLAG_EMBEDDING);
  }

  @Test
  void trecFilesWithoutHeaders() throws IOException {
    folder.write("collection.tsv", "d1\tT One", "d2\tTwo ", "d3\tx y");
    folder.write("queries.dev.small.tsv", "q2\tsecond", "q1\tfirst", "q3\tthird", "q4\tx");
    folder.write("qrels.dev.small.txt", "q1 0 d1 2", "q1\tQ0\td2\t0", "q2 0 d2 1", "q3 0 d2 0");
    folder.write("qrels.train.tsv", "q4\t0\td1\t1");

    assertIsTheRetrievalTask(folder.read("split=dev.small"), TaskFormat.TREC);
  }

  @Test
  void trecJudgmentsOfOneSplitBesideJsonLines() throws IOException {
    writeTexts("id", "queries.jsonl");
    folder.write("qrels.txt", "q1 0 d1 2", "q1 0 d2 0", "q2 0 d2 1", "q3 0 d2 0");

    assertIsTheRetrievalTask(folder.read(), TaskFormat.TREC);
  }

  @Test
  void parquetFoldersOfMtebWithPartsAndCompressedLines() throws IOException {
    folder.parquet(
        "corpus/corpus-00000-of-00002.parquet",
        List.of("_id", "title", "text"),
        List.of(List.of("d1", "T", "One"), List.of("d2", "", "Two")));
    folder.parquet(
        "corpus/corpus-00001-of-00002.parquet",
        List.of("_id", "title", "text"),
        List.of(List.of("d3", "", "x y")));
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(gzip)) {
      out.write(
          "{\"_id\":\"q2\",\"text\":\"second\"}\r\n{\"_id\":\"q1\",\"text\":\"first\"}\r\n{\"_id\":\"q3\",\"text\":\"\"}\r\n{\"_id\":\"q4\",\"text\":\"\"}"
              .getBytes(StandardCharsets.UTF_8));
    }
    folder.write("queries.jsonl.gz", gzip.toByteArray());
    folder.write(
        "default/test.jsonl.zst",
        Zstd.compress(
            """
            {"query-id":"q1","corpus-id":"d1","score":2.0}
            {"query-id":"q1","corpus-id":"d2","score":0}
            {"query-id":"q2","corpus-id":"d2","score":1}
            {"query-id":"q3","corpus-id":"d2","score":0}
            """
                .getBytes(StandardCharsets.UTF_8)));

    assertIsTheRetrievalTask(folder.read(), TaskFormat.BEIR);
  }

  @Test
  void numbersAreIdsToo() throws IOException {
    folder.write("corpus.jsonl", "{'_id': 7, 'text': 'a'}");
    folder.write("queries.jsonl", "{'_id': 7, 'text': 'a'}");
    folder.write("qrels/test.tsv", "query-id\tcorpus-id\tscore", "7\t7\t1");

    assertEquals(List.of("7|a"), folder.read().texts(TextSet.CORPUS));
  }

  @Test
  void unknownIdsAreCountedWhereThatIsAsked() throws IOException {
    folder.write("corpus.jsonl", "{'_id': 'd1', 'text': 'a'}");
    folder.write("queries.jsonl", "{'_id': 'q1', 'text': 'a'}");
    folder.write(
        "qrels/test.tsv", "query-id\tcorpus-id\tscore", "q1\td1\t1", "q1\td9\t1", "q9\td1\t1");

    TaskFolder.Read read = folder.read("unknown_ids=count");

    assertEquals(
        Map.of("judged_documents_that_are_not_there", 1L, "judged_queries_that_are_not_there", 1L),
        read.task().leftOut());
    assertEquals(
        Map.of("q1", Map.of("d1", 1, "d9", 1)),
        ((Judgments.Retrieval) read.task().judgments()).grades());
  }

  @Test
  void reranking() throws IOException {
    folder.write(
        "test.jsonl",
        "{'query': 'q', 'positive': ['a', 'b'], 'negative': ['c', 'a']}",
        "{'query': 'r', 'pos': 'b', 'neg': ['c', 'c']}",
        "{'query': 's', 'positive': [], 'negative': ['c']}",
        "{'query': 't', 'positive': ['c'], 'negative': null}");

    TaskFolder.Read read = folder.read();

    Judgments.Reranking judged = (Judgments.Reranking) read.task().judgments();
    assertEquals(List.of("0|q", "1|r"), read.texts(TextSet.QUERIES));
    assertEquals(List.of("0|a", "1|b", "2|c"), read.texts(TextSet.CORPUS));
    assertArrayEquals(new int[] {2, 0}, judged.samples().get(0).negatives());
    assertArrayEquals(new int[] {1}, judged.samples().get(1).positives());
    assertArrayEquals(new int[] {2, 2}, judged.samples().get(1).negatives());
    assertEquals(
        Map.of("queries_without_positives", 1L, "queries_without_negatives", 1L),
        read.task().leftOut());
  }

  @Test
  void similarity() throws IOException {
    folder.write(
        "validation.json",
        "[{'sentence1': 'a', 'sentence2': 'b', 'score': 4.5},",
        "{'sentence1': 'b', 'sentence2': 'b', 'score': '3'}]");

    TaskFolder.Read read = folder.read("split=validation");

    Judgments.Similarity judged = (Judgments.Similarity) read.task().judgments();
    assertEquals(TaskKind.STS, read.task().kind());
    assertArrayEquals(new double[] {4.5, 3}, judged.scores());
    assertArrayEquals(new int[] {0, 1}, judged.left());
    assertEquals(List.of("0|a", "1|b"), read.texts(TextSet.TEXTS));
  }

  @Test
  void pairsAsRowsAndAsLists() throws IOException {
    folder.write(
        "test.jsonl",
        "{'sent1': ['a', 'c'], 'sent2': ['b', 'a'], 'labels': [1, 0]}",
        "{'sentence1': 'a', 'sentence2': 'b', 'labels': '1'}");

    Judgments.Pairs judged = (Judgments.Pairs) folder.read().task().judgments();

    assertArrayEquals(new boolean[] {true, false, true}, judged.same());
    assertArrayEquals(new int[] {0, 1, 0}, judged.left());
    assertArrayEquals(new int[] {2, 0, 2}, judged.right());
  }

  @Test
  void classificationReadsTwoSplits() throws IOException {
    folder.write("train.jsonl", "{'text': 'a', 'label': 3}", "{'text': 'b', 'label': 10}");
    folder.write("test.jsonl", "{'text': 'a', 'label': 3}", "{'text': 'c', 'label': 11}");

    TaskFolder.Read read = folder.read();

    Judgments.Classification judged = (Judgments.Classification) read.task().judgments();
    assertEquals(TaskKind.CLASSIFICATION, read.task().kind());
    assertArrayEquals(new int[] {3, 10}, judged.trainLabels());
    assertArrayEquals(new int[] {3, 11}, judged.testLabels());
    assertArrayEquals(new int[] {0, 2}, judged.test());
    assertEquals(Map.of("texts_with_a_label_not_in_train_kept", 1L), read.task().leftOut());
  }

  @Test
  void clusteringOfListsAndOfRows() throws IOException {
    folder.write(
        "test.jsonl",
        "{'sentences': ['a', 'b'], 'labels': ['x', 'y']}",
        "{'sentences': ['b'], 'labels': ['z']}",
        "{'sentences': [], 'labels': []}");
    folder.write("rows.jsonl", "{'text': 'a', 'label': 'y'}", "{'text': 'b', 'label': 'x'}");

    TaskFolder.Read lists = folder.read();
    Judgments.Clustering rows =
        (Judgments.Clustering)
            folder.read("split=rows", "kind=clustering", "format=mteb").task().judgments();

    assertEquals(2, ((Judgments.Clustering) lists.task().judgments()).sets().size());
    assertEquals(Map.of("empty_sets", 1L), lists.task().leftOut());
    assertEquals(1, rows.sets().size());
    assertArrayEquals(new int[] {1, 0}, rows.sets().get(0).labels());
  }

  @Test
  void oneFileIsATask() throws IOException {
    folder.write("x/sts.jsonl", "{'sentence1': 'a', 'sentence2': 'b', 'score': 1}");

    assertEquals(TaskKind.STS, folder.readBelow("x/sts.jsonl").task().kind());
  }

  @Test
  void theFingerprintFollowsTextsAndTheirOrder() throws IOException {
    folder.write("a.jsonl", "{'sentence1': 'a', 'sentence2': 'b', 'score': 1}");
    folder.write("b.jsonl", "{'sentence1': 'b', 'sentence2': 'a', 'score': 1}");
    folder.write("c.jsonl", "{'sentence1': 'a', 'sentence2': 'b', 'score': 2}");

    String a = folder.read("split=a").task().texts().get(TextSet.TEXTS).fingerprint();

    assertNotEquals(a, folder.read("split=b").task().texts().get(TextSet.TEXTS).fingerprint());
    assertEquals(a, folder.read("split=c").task().texts().get(TextSet.TEXTS).fingerprint());
  }
}

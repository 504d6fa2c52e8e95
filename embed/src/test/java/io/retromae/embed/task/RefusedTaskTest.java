package io.retromae.embed.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tasks that are not as they should be, and what is said of them. */
class RefusedTaskTest {
  @RegisterExtension private final TaskFolder folder = new TaskFolder();

  private void writeBeir(String... qrels) throws IOException {
    folder.write("corpus.jsonl", "{'_id': 'd1', 'text': 'a'}", "{'_id': 'd2', 'text': 'b'}");
    folder.write("queries.jsonl", "{'_id': 'q1', 'text': 'a'}", "{'_id': 'q2', 'text': 'b'}");
    folder.write(
        "qrels/test.tsv", ("query-id\tcorpus-id\tscore;" + String.join(";", qrels)).split(";"));
  }

  private CorruptDataException refused(String... assignments) {
    CorruptDataException e =
        assertThrows(CorruptDataException.class, () -> folder.read(assignments));
    e.problems().forEach(problem -> assertFalse(problem.contains("\n"), problem));
    return e;
  }

  private void assertRefused(String... parts) {
    String message = refused().getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'_id': 'd1'}                             | no 'text' or 'query'",
        "{'_id': 'd1', 'text': null}               | must be a text, is null",
        "{'_id': 'd1', 'text': ['a']}              | must be a text, is",
        "{'_id': 'd1', 'text': 'a', 'title': 3}    | 'title' must be a text, is 3",
        "{'_id': '', 'text': 'a'}                  | '_id' is empty",
        "{'_id': 1.5, 'text': 'a'}                 | '_id' must be a text",
        "{'_id': null, 'text': 'a'}                | '_id' must be a text, is null",
        "{'text': 'a'}                             | no '_id'",
        "['_id']                                   | must be an object",
        "{'_id': 'd1', 'text': 'a'                 | Unexpected end-of-input"
      })
  void badDocumentsAreNamedWithFileAndLine(String record, String what) throws IOException {
    writeBeir("q1\td2\t1");
    folder.write("corpus.jsonl", "", "{'_id': 'd2', 'text': 'b'}", record);

    assertRefused("task 't'", "corpus.jsonl record 3: ", what);
  }

  @Test
  void aSecondDocumentOfAnIdIsRefusedWithBothPlaces() throws IOException {
    writeBeir("q1\td1\t1");
    folder.write(
        "corpus.jsonl",
        "{'_id': 'd1', 'text': 'a'}",
        "{'_id': 'd2', 'text': 'b'}",
        "{'_id': 'd1', 'text': 'a'}");

    assertRefused("record 3", "a second document with the id 'd1'", "corpus.jsonl record 1");
  }

  @Test
  void aSecondQueryOfAnIdIsRefused() throws IOException {
    writeBeir("q1\td1\t1");
    folder.write("queries.jsonl", "{'_id': 'q1', 'text': 'a'}", "{'_id': 'q1', 'text': 'b'}");

    assertRefused("queries.jsonl record 2: a second query with the id 'q1'");
  }

  @Test
  void judgmentsAboutNothingAreRefusedWithTheWayOut() throws IOException {
    writeBeir("q1\td1\t1", "q7\td1\t1", "q2\td9\t1");

    CorruptDataException e = refused();

    assertEquals(2, e.problems().size());
    assertRefused("'q7'", "'d9'", "unknown_ids: count");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "q1:d1:x    | 'score' must be a finite number, is \"x\"",
        "q1:d1:NaN  | must be a finite number",
        "q1:d1:0.5  | must be a whole number",
        "q1:d1      | 2 values for the 3 columns query-id, corpus-id, score",
        ":d1:1      | 'query-id' is empty"
      })
  void badJudgmentsAreNamed(String row, String what) throws IOException {
    writeBeir("q1\td2\t1", row.replace(':', '\t'));

    assertRefused("qrels/test.tsv record 3: ", what);
  }

  @Test
  void contradictionsAreRefusedAndRepetitionsCounted() throws IOException {
    writeBeir("q1\td1\t1", "q1\td1\t0");
    assertRefused("grade 0 here, 1 before");

    writeBeir("q1\td1\t1", "q1\td1\t1");
    assertEquals(1L, folder.read().task().leftOut().get("repeated_judgments"));
  }

  @Test
  void aTaskWithNothingToFindIsRefused() throws IOException {
    writeBeir("q1\td1\t0");

    assertRefused("no query of split 'test' has a relevant document");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'query': 'q', 'positive': ['a'], 'negative': []}          | no query has positives and negatives",
        "{'query': ['q', 'r'], 'positive': ['a'], 'negative': ['b']}| record 1: 'query' must be one text",
        "{'query': 'q', 'positive': [1], 'negative': ['b']}         | 'positive[0]' must be a text, is 1",
        "{'sentence1': 'a', 'sentence2': 'b', 'score': null}        | 'score' must be a finite number, is null",
        "{'sentence1': 'a', 'sentence2': 'b', 'labels': 2}          | 'label' must be 0 or 1, is 2",
        "{'sentence1': 'a', 'sentence2': 'b', 'labels': 1}          | all pairs have the label 1",
        "{'sentence1': ['a'], 'sentence2': ['b'], 'labels': [1, 0]} | 1 first sentences, 1 second ones, 2 labels",
        "{'sentences': ['a'], 'labels': [1, 2]}                     | 1 sentences, 2 labels",
        "{'sentences': ['a'], 'labels': [0.5]}                      | 'labels[0]' must be a text or a whole number",
        "{'sentences': [], 'labels': []}                            | there is no text"
      })
  void badRowsAreRefused(String row, String what) throws IOException {
    folder.write("test.jsonl", row);

    assertRefused("task 't'", what);
  }

  @Test
  void aCorpusWithoutDocumentsIsRefused() throws IOException {
    writeBeir("q1\td1\t1");
    folder.write("corpus.jsonl", " ");

    String message =
        assertThrows(CorruptDataException.class, () -> folder.read("unknown_ids=count"))
            .getMessage();

    assertTrue(message.contains("there is no document in"), message);
  }

  @Test
  void oneLabelIsNothingToLearn() throws IOException {
    folder.write("test.jsonl", "{'text': 'a', 'label': 0}");
    folder.write("train.jsonl", "{'text': 'a', 'label': 0}");

    assertRefused("all texts to learn from have the label 0");
  }

  @Test
  void manyBadRecordsAreNamedTogetherAndTheRestIsNotRead() throws IOException {
    writeBeir("q1\td1\t1");
    folder.write("corpus.jsonl", "{'_id': 'd1'}\n".repeat(50).split("\n"));

    assertEquals(20, refused().problems().size());
  }

  @Test
  void aFileThatBreaksOffIsRefused() throws IOException {
    folder.write("test.json", "[{'sentence1': 'a', 'sentence2': 'b', 'score': 1}, {'sent");

    assertRefused("test.json cannot be read after record 1", "at byte", "fetch the file again");
  }

  @Test
  void anEmptyFileIsRefused() throws IOException {
    folder.write("test.jsonl", " ");

    assertRefused("test.jsonl holds no record");
  }

  private void assertNotFound(List<String> parts, String... assignments) {
    String message =
        assertThrows(ConfigException.class, () -> folder.read(assignments)).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void aMissingSplitSaysWhichThereAre() throws IOException {
    writeBeir("q1\td1\t1");
    folder.write("qrels/dev.tsv", "query-id\tcorpus-id\tscore");
    assertNotFound(List.of("no split 'val'", "there is dev, test"), "split=val");
  }

  @Test
  void filesThatAreNoPartsOfOneWholeAreNotReadTogether() throws IOException {
    String row = "{'sentence1': 'a', 'sentence2': 'b', 'score': 1}";
    folder.write("en/test.jsonl", row, row);
    folder.write("de/test.jsonl", row, row);
    assertNotFound(List.of("split 'test'", "en/test.jsonl", "de/test.jsonl", "set path to one"));
    assertEquals(TaskKind.STS, folder.readBelow("en").task().kind());

    folder.write("en/test.jsonl.gz", "");
    String message = assertThrows(ConfigException.class, () -> folder.readBelow("en")).getMessage();
    assertTrue(message.contains("en/test.jsonl, ") && message.contains(".jsonl.gz"), message);
  }

  @Test
  void aMissingTrainingSplitIsToldOf() throws IOException {
    folder.write("test.jsonl", "{'text': 'a', 'label': 0}");

    assertNotFound(List.of("no split 'train'", "there is test"));
  }

  @Test
  void missingFilesAreToldOf() throws IOException {
    assertNotFound(List.of("task 't'", "no file of records", ".jsonl"));
    folder.write("notes.md", "x");
    assertNotFound(List.of("no file of records", "found file:", "notes.md"));
    folder.write("qrels/test.tsv", "query-id\tcorpus-id\tscore");
    assertNotFound(List.of("no corpus"), "kind=retrieval");
    folder.write("corpus.jsonl", "{}");
    assertNotFound(List.of("no queries"));
  }

  @Test
  void aKindThatTheFilesAreNotOfIsRefused() throws IOException {
    writeBeir("q1\td1\t1");

    assertNotFound(List.of("of a retrieval task (beir)", "kind = sts"), "kind=sts");
  }

  @Test
  void unknownRowsSayWhatIsKnown() throws IOException {
    folder.write("test.jsonl", "{'prompt': 'a', 'completion': 'b'}");

    assertNotFound(List.of("prompt, completion", "sentence1 + sentence2 + score"));
  }
}

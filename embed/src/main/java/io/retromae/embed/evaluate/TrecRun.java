package io.retromae.embed.evaluate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.record.RecordFile;
import io.retromae.core.record.Records;
import io.retromae.core.record.RefusedRecordException;
import io.retromae.core.storage.Storage;
import io.retromae.embed.metric.rank.Ranking;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** TREC's run files: a line {@code query Q0 document rank score tag} for each document returned. */
public final class TrecRun {
  private static final List<String> COLUMNS =
      List.of("query", "q0", "document", "rank", "score", "tag");

  private TrecRun() {}

  private static final class Rows {
    private final Set<String> ids = new LinkedHashSet<>();
    private final List<Double> scores = new ArrayList<>();

    private Ranking ranking() {
      return new Ranking(
          ids.toArray(String[]::new), scores.stream().mapToDouble(Double::doubleValue).toArray());
    }
  }

  /**
   * Reads one; scores decide, ranks are not looked at, as by trec_eval.
   *
   * @param known whether a document is there
   * @throws ConfigException if the file is not there
   * @throws CorruptDataException if a line is bad or tells of an unknown document
   */
  public static Map<String, Ranking> read(Storage storage, String path, Predicate<String> known) {
    Map<String, Rows> queries = new LinkedHashMap<>();
    long line = 0;
    try (Records records = RecordFile.openBlanks(storage, path, COLUMNS)) {
      for (Optional<ObjectNode> next = records.next(); next.isPresent(); next = records.next()) {
        ObjectNode row = next.get();
        line = records.number();
        String document = row.path("document").asText();
        double score = Double.parseDouble(row.path("score").asText());
        if (!Double.isFinite(score)) {
          throw new NumberFormatException(row.path("score").asText());
        }
        if (!known.test(document)) {
          throw new CorruptDataException(
              "%s line %,d: document '%s' is not in the corpus of the task"
                  .formatted(path, line, document));
        }
        Rows rows = queries.computeIfAbsent(row.path("query").asText(), q -> new Rows());
        if (!rows.ids.add(document)) {
          throw new CorruptDataException(
              "%s line %,d: document '%s' a second time for query '%s'"
                  .formatted(path, line, document, row.path("query").asText()));
        }
        rows.scores.add(score);
      }
    } catch (FileNotFoundException e) {
      throw new ConfigException(
          "%s: no such file; a run folder has TASK.trec for each retrieval task".formatted(path),
          e);
    } catch (RefusedRecordException e) {
      throw new CorruptDataException(
          "%s behind line %,d: %s".formatted(path, line, e.getMessage()), e);
    } catch (NumberFormatException e) {
      throw new CorruptDataException(
          "%s line %,d: score = %s: must be a finite number".formatted(path, line, e.getMessage()),
          e);
    } catch (IOException e) {
      throw new CorruptDataException(
          "%s cannot be read behind line %,d: %s".formatted(path, line, e.getMessage()), e);
    }
    Map<String, Ranking> run = new LinkedHashMap<>();
    queries.forEach((query, rows) -> run.put(query, rows.ranking()));
    return run;
  }

  /**
   * Writes one, which appears whole or not at all.
   *
   * @param run rankings, best first
   * @param tag names who made it
   * @throws CorruptDataException if an id holds white space, which parts the columns
   */
  public static void write(Storage storage, String path, Map<String, Ranking> run, String tag) {
    run.forEach(
        (query, ranking) -> {
          refuseBlanks(path, query);
          List.of(ranking.ids()).forEach(id -> refuseBlanks(path, id));
        });
    storage.publish(path, out -> write(out, run, tag));
  }

  private static void refuseBlanks(String path, String id) {
    if (id.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c))) {
      throw new CorruptDataException(
          "%s: id '%s' holds white space, which parts the columns of a run file; set trec_runs: false"
              .formatted(path, id.replaceAll("\\s", " ")));
    }
  }

  private static void write(OutputStream out, Map<String, Ranking> run, String tag)
      throws IOException {
    Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    for (Map.Entry<String, Ranking> query : run.entrySet()) {
      Ranking ranking = query.getValue();
      for (int i = 0; i < ranking.size(); i++) {
        text.write(
            "%s Q0 %s %d %s %s\n"
                .formatted(
                    query.getKey(),
                    ranking.ids()[i],
                    i + 1,
                    Double.toString(ranking.scores()[i]),
                    tag));
      }
    }
    text.flush();
  }
}

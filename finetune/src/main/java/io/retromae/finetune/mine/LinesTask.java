package io.retromae.finetune.mine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.compression.Compressing;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.hash.SplitMix64;
import io.retromae.core.storage.Storage;
import io.retromae.finetune.data.LineCounts;
import io.retromae.finetune.data.PairFile;
import io.retromae.finetune.data.PairLine;
import io.retromae.finetune.data.PassageCorpus;
import io.retromae.spark.Receipts;
import io.retromae.spark.TaskFailures;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import scala.Tuple2;

/**
 * Writes one file of lines: those of an input with {@code neg} replaced. The file appears whole or
 * not at all; what no receipt tells is deleted when the job commits.
 *
 * @param file number of the input
 * @param input its path
 * @param inputIdentity what it must match for what is written to count
 * @param lines usable ones in it
 * @param name of what is written
 * @param rules how the input is read, without texts by id
 * @param corpus where those are; empty for none
 * @param scores whether lines get scores
 */
record LinesTask(
    int file,
    String input,
    String inputIdentity,
    int lines,
    String name,
    PairFile.Rules rules,
    String corpus,
    boolean scores)
    implements Serializable {
  /** Folder of what is written. */
  static final String FOLDER = "lines";

  /** Form of the names of such files. */
  static final Pattern FILE = Pattern.compile(FOLDER + "(/(?![.]).[^/]*)+");

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What a written file leaves.
   *
   * @param name path within the output folder
   * @param input what the input must match
   * @param lines in it
   * @param bytes of it
   * @param sha256 of it, hexadecimal
   */
  record Receipt(String name, String input, long lines, long bytes, String sha256)
      implements Receipts.Receipt {
    @Override
    public List<String> files() {
      return List.of(name);
    }
  }

  /** Name of a file's receipt. */
  static String name(int file) {
    return String.format(Locale.ROOT, "lines-%05d", file);
  }

  /**
   * Writes the file.
   *
   * @param output qualified folder of the job
   * @param sorted what was found for each line, then the texts of its negatives
   */
  Receipt run(Storage storage, String output, Iterator<Tuple2<Long, String>> sorted)
      throws IOException {
    MessageDigest digest = Sha256.newDigest();
    String written = FOLDER + "/" + name;
    String path = output + "/" + written;
    PairFile.Rules reading =
        rules.withCorpus(
            PassageCorpus.shared(
                storage, "corpus", Optional.of(corpus).filter(folder -> !folder.isEmpty())));
    storage.publish(
        path,
        file -> {
          try (OutputStream out = Compressing.open(new DigestOutputStream(file, digest), name)) {
            write(storage, reading, sorted, out);
          }
          TaskFailures.refuseInterrupted(written);
        });
    return new Receipt(written, inputIdentity, lines, storage.size(path), Sha256.hex(digest));
  }

  private void write(
      Storage storage,
      PairFile.Rules reading,
      Iterator<Tuple2<Long, String>> sorted,
      OutputStream out)
      throws IOException {
    LinesFound found = new LinesFound(sorted, file);
    new PairFile(storage, reading, MiningPlan.BAD_RECORDS)
        .readRecords(
            input,
            new LineCounts(),
            (number, record, line) -> {
              LinesFound.Line next = found.next();
              out.write(JSON.writeValueAsBytes(written(record, line, next)));
              out.write('\n');
            });
    if (found.lines() != lines || found.hasNext()) {
      throw changed();
    }
  }

  private CorruptDataException changed() {
    return new CorruptDataException(
        "%s: does not hold the %,d lines of a moment before; it changes while it is read"
            .formatted(input, lines));
  }

  /** A line as it was, its negatives replaced; of other formats than FlagEmbedding's, its texts. */
  private ObjectNode written(ObjectNode record, PairLine line, LinesFound.Line found) {
    boolean asItWas = record.has("query") && record.has("pos");
    ObjectNode written = asItWas ? record : JSON.createObjectNode().put("query", line.query());
    if (!asItWas || !record.get("pos").isArray()) {
      line.positives().forEach(written.putArray("pos")::add);
    }
    written.remove("neg_scores"); // those of other negatives
    ArrayNode negatives = written.putArray("neg");
    found.negatives().forEach(negatives::add);
    if (scores) {
      addScores(written, line, found.query());
    }
    return written;
  }

  private void addScores(ObjectNode written, PairLine line, FoundBlock.Found found) {
    ArrayNode positives = written.putArray("mined_pos_scores");
    for (String positive : line.positives()) {
      positives.add(found.positiveScore(SplitMix64.hash(positive)));
    }
    ArrayNode negatives = written.putArray("mined_neg_scores");
    for (double score : found.mined().scores()) {
      negatives.add(score);
    }
    for (int i = 0; i < found.mined().filled(); i++) {
      negatives.addNull();
    }
  }
}

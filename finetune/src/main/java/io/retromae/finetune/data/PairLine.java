package io.retromae.finetune.data;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One line of a data set. Texts are NFC, otherwise as they were.
 *
 * @param query without an instruction
 * @param positives at least one
 * @param negatives none of them equal to a positive
 * @param positiveScores a teacher's, one a positive; empty where there are none
 * @param negativeScores the same for negatives
 * @param traits what the line says of itself beside its texts
 */
public record PairLine(
    String query,
    List<String> positives,
    List<String> negatives,
    double[] positiveScores,
    double[] negativeScores,
    Traits traits) {
  /** Copies the lists. */
  public PairLine {
    positives = List.copyOf(positives);
    negatives = List.copyOf(negatives);
  }

  /** Whether a teacher has scored all its passages. */
  public boolean isScored() {
    return positiveScores.length == positives.size() && negativeScores.length == negatives.size();
  }

  /**
   * Optional fields of FlagEmbedding's format.
   *
   * @param prompt takes the instruction's place
   * @param kind what {@code type} names
   * @param batchSize queries of a global batch of its data set
   * @param groupSize G of its data set
   */
  public record Traits(
      Optional<String> prompt, Kind kind, OptionalInt batchSize, OptionalInt groupSize) {
    /** None given. */
    public static final Traits NONE =
        new Traits(Optional.empty(), Kind.NORMAL, OptionalInt.empty(), OptionalInt.empty());
  }

  /** Kinds of data sets that are trained in another way. */
  public enum Kind {
    /** Queries and passages differ. */
    NORMAL,
    /** One negative, whatever the group size. */
    ONLY_1NEG,
    /** Passages are queries, too. */
    SYMMETRIC_STS,
    /** Passages are queries, too. */
    SYMMETRIC_CLUSTERING,
    /** As many negatives as the batch's first line lists, at most. */
    SYMMETRIC_CLASS,
    /** Any other whose name contains {@code symmetric}. */
    SYMMETRIC;

    /** The kind that a line's {@code type} names; unknown names change nothing. */
    static Kind of(String type) {
      String name = type.toUpperCase(Locale.ROOT);
      for (Kind kind : values()) {
        if (kind.name().equals(name)) {
          return kind;
        }
      }
      return name.contains(SYMMETRIC.name()) ? SYMMETRIC : NORMAL;
    }

    /** Whether its batches are half as large. */
    boolean halvesBatches() {
      return name().startsWith(SYMMETRIC.name());
    }

    /** Whether the query's instruction comes before passages. */
    boolean instructsPassages() {
      return this == SYMMETRIC_STS || this == SYMMETRIC_CLUSTERING;
    }
  }
}

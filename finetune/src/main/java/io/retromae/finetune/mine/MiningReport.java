package io.retromae.finetune.mine;

import java.util.List;
import java.util.Map;

/**
 * What a run has done.
 *
 * @param lines written
 * @param queries different ones
 * @param documents different ones that were searched
 * @param positivesOutside different positives that are not among them
 * @param treated what was done with lines that were taken
 * @param refused lines and records that were left out, by reason
 * @param looked documents in the windows of all queries
 * @param dropped those of them that could not be negatives, by reason
 * @param left those that could
 * @param negatives of all queries
 * @param filled those of them that were drawn from all documents
 * @param notFilled queries left short although they were to be filled up
 * @param shortQueries queries with fewer negatives than asked for
 * @param emptyQueries queries without any
 * @param lowestPositive p, of each query
 * @param negativeScore s, of each mined negative
 * @param gap p - s
 * @param examples some queries
 */
record MiningReport(
    long lines,
    long queries,
    long documents,
    long positivesOutside,
    Map<String, Long> treated,
    Map<String, Long> refused,
    long looked,
    Map<String, Long> dropped,
    long left,
    long negatives,
    long filled,
    long notFilled,
    long shortQueries,
    long emptyQueries,
    ScoreSums.Distribution lowestPositive,
    ScoreSums.Distribution negativeScore,
    ScoreSums.Distribution gap,
    List<Example> examples) {

  /**
   * A query with its texts.
   *
   * @param query instruction included
   * @param lowestPositive p
   * @param negatives the best that were mined
   * @param suspects documents that score too much to be negatives for sure
   */
  record Example(
      String query, double lowestPositive, List<Scored> negatives, List<Scored> suspects) {}

  /** The beginning of a text, and its score. */
  record Scored(String text, double score) {}
}

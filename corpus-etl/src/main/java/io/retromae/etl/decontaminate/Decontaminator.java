package io.retromae.etl.decontaminate;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Removes the sentences that hits touch, or the document. GPT-3 (arXiv:2005.14165, appendix C) cuts
 * a window of 200 characters around a 13-gram; whole sentences leave a text that can be read on.
 * Stateless and thread-safe.
 */
public final class Decontaminator {
  private final DecontaminationSettings settings;
  private final List<String> tasks;
  private final CommonNGrams common;
  private final SentenceSpans sentences;

  /**
   * For documents whose hits were found with one index.
   *
   * @param tasks names of the index's tasks by id
   * @param common n-grams to ignore
   * @param sentences where the sentences of a text are
   */
  public Decontaminator(
      DecontaminationSettings settings,
      List<String> tasks,
      CommonNGrams common,
      SentenceSpans sentences) {
    this.settings = settings;
    this.tasks = List.copyOf(tasks);
    this.common = common;
    this.sentences = sentences;
  }

  /**
   * What is left of a document.
   *
   * @param text in which the hits were found
   */
  public Cleaned clean(String text, Hits hits) {
    if (hits.isEmpty()) {
      return new Cleaned.Kept(text, 0, Map.of());
    }
    Map<Integer, Set<Long>> ignored = new HashMap<>();
    BitSet counted = new BitSet();
    for (int hit = 0; hit < hits.size(); hit++) {
      if (common.contains(hits.hash(hit))) {
        ignored.computeIfAbsent(hits.task(hit), t -> new HashSet<>()).add(hits.hash(hit));
      } else {
        counted.set(hit);
      }
    }
    Tally tally = new Tally(ignored);
    if (counted.isEmpty()) {
      return new Cleaned.Kept(text, 0, tally.byTask(tasks, 0));
    }
    counted.stream().forEach(hit -> tally.sentences(hits.task(hit)));
    if (settings.action() == DecontaminationSettings.Action.DOCUMENT) {
      return new Cleaned.Dropped("benchmark", tally.byTask(tasks, 1));
    }
    return withoutSentences(text, hits, counted, tally);
  }

  private Cleaned withoutSentences(String text, Hits hits, BitSet counted, Tally tally) {
    int[] spans = sentences.of(text);
    BitSet removed = new BitSet();
    for (int hit = counted.nextSetBit(0); hit >= 0; hit = counted.nextSetBit(hit + 1)) {
      BitSet ofTask = tally.sentences(hits.task(hit));
      int sentence = firstEndingAfter(spans, hits.start(hit));
      while (2 * sentence < spans.length && spans[2 * sentence] < hits.end(hit)) {
        ofTask.set(sentence);
        removed.set(sentence++);
      }
    }
    String kept = SentenceRemoval.remove(text, spans, removed);
    boolean tooLittle = kept.isEmpty() || kept.length() < settings.minKeptShare() * text.length();
    return tooLittle
        ? new Cleaned.Dropped("mostly_benchmark", tally.byTask(tasks, 1))
        : new Cleaned.Kept(kept, removed.cardinality(), tally.byTask(tasks, 0));
  }

  /** The first sentence that ends behind a place. */
  private static int firstEndingAfter(int[] spans, int place) {
    int low = 0;
    int high = spans.length / 2;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (spans[2 * middle + 1] > place) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** Counts of one document by task id. */
  private static final class Tally {
    private final Map<Integer, BitSet> sentences = new HashMap<>();
    private final Map<Integer, Set<Long>> ignored;

    Tally(Map<Integer, Set<Long>> ignored) {
      this.ignored = ignored;
    }

    /** Sentences of a task that was hit. */
    BitSet sentences(int task) {
      return sentences.computeIfAbsent(task, t -> new BitSet());
    }

    Map<String, TaskCounts> byTask(List<String> tasks, int dropped) {
      Map<String, TaskCounts> counts = new TreeMap<>();
      sentences.forEach(
          (task, hit) ->
              counts.put(tasks.get(task), new TaskCounts(1, dropped, hit.cardinality(), 0)));
      ignored.forEach(
          (task, ngrams) ->
              counts.merge(
                  tasks.get(task), new TaskCounts(0, 0, 0, ngrams.size()), TaskCounts::plus));
      return counts;
    }
  }
}

package io.retromae.core.shard;

import io.retromae.core.hash.TextSum;

/**
 * An evaluation task whose texts were kept out of a corpus, in the lineage of its manifest.
 *
 * @param set its name in the settings of the corpus job
 * @param queries how many texts are asked, or compared; 0 if they were not kept out
 * @param queriesHash of those, as {@link TextSum}
 * @param passages how many texts are searched; 0 if they were not kept out
 * @param passagesHash of those
 * @param ignored texts of both that no document was searched for: too short to tell one from
 *     another, or mostly numbers
 */
public record KeptOut(
    String set,
    long queries,
    String queriesHash,
    long passages,
    String passagesHash,
    long ignored) {
  /** Of what was read of a task. */
  public static KeptOut of(String set, TextSum queries, TextSum passages, long ignored) {
    return new KeptOut(
        set, queries.texts(), queries.hash(), passages.texts(), passages.hash(), ignored);
  }

  /** Whether these texts, and no others, are the queries. */
  public boolean hasQueries(TextSum texts) {
    return texts.texts() == queries && texts.hash().equals(queriesHash);
  }

  /** Whether these texts, and no others, are the passages. */
  public boolean hasPassages(TextSum texts) {
    return texts.texts() == passages && texts.hash().equals(passagesHash);
  }
}

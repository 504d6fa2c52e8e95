package io.retromae.training.huggingface;

import io.retromae.training.bert.Pooling;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a trained model makes a text's vector: what whoever uses the export must do as training did.
 *
 * @param pooling of the last hidden states
 * @param normalize whether vectors have length one
 * @param prompts what goes before a text, by the kinds of text that sentence-transformers knows:
 *     {@link #QUERY}, {@link #DOCUMENT}; empty if nothing was put before any
 */
public record SentenceVectors(Pooling pooling, boolean normalize, Map<String, String> prompts) {
  /** Name of the queries' prompt. */
  public static final String QUERY = "query";

  /** Name of the passages' prompt. */
  public static final String DOCUMENT = "document";

  /** Of a base model: h at [CLS] as it is, no prompts. */
  public static final SentenceVectors PLAIN = new SentenceVectors(Pooling.CLS, false, Map.of());

  /** Sorts the prompts: bytes depend on content only. */
  public SentenceVectors {
    prompts = Collections.unmodifiableMap(new TreeMap<>(prompts));
  }

  /** Of a model that was trained to compare queries with passages. */
  public static SentenceVectors ofRetriever(
      Pooling pooling, boolean normalize, String queryPrompt, String documentPrompt) {
    return new SentenceVectors(
        pooling, normalize, Map.of(QUERY, queryPrompt, DOCUMENT, documentPrompt));
  }

  /** How two vectors are compared, as sentence-transformers names it. */
  String similarity() {
    return normalize ? "cosine" : "dot";
  }
}

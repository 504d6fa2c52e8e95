package io.retromae.embed.search;

/** How a document's vector d is scored for a query's vector q. */
public enum Similarity {
  /** q d. */
  DOT,
  /** q d / (|q| |d|); 0 if one of them is zero. */
  COSINE
}

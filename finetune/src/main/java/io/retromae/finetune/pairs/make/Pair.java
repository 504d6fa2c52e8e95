package io.retromae.finetune.pairs.make;

/**
 * A pair.
 *
 * @param query that asks
 * @param positive that answers
 */
public record Pair(String query, String positive) {}

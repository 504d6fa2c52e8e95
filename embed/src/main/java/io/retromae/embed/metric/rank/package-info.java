/**
 * Metrics of rankings: retrieval as pytrec_eval and mteb compute it, reranking. Knows neither files
 * nor where a ranking came from. Start at {@code RetrievalMetrics}; the order of ties is in {@code
 * IdOrder}, the arithmetic in {@code JudgedRanks}.
 */
package io.retromae.embed.metric.rank;

/**
 * What every kind of metric shares: a table of values per query, means and their rounding, averages
 * over tasks, average precision, the paired bootstrap. Below it a package a kind: {@code rank}
 * (retrieval, reranking), {@code pair} (STS, pair classification), {@code classify}, {@code
 * cluster}; {@code random} reproduces the draws of Python and NumPy. Plain Java: knows neither
 * files nor models. An undefined value is NaN, never 0. Start at {@code rank.RetrievalMetrics}.
 */
package io.retromae.embed.metric;

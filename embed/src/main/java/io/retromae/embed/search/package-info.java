/**
 * Exact search: the k best documents for each query, by matrix products of blocks through libtorch,
 * in one process or on Spark. Knows nothing of texts or tasks. Start reading at {@link
 * io.retromae.embed.search.BlockSearch}, then {@link io.retromae.embed.search.ExactSearch}.
 */
package io.retromae.embed.search;

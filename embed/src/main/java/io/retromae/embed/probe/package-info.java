/**
 * Tries the encoder on retrieval tasks while it is trained: reads tasks, says whether their texts
 * were kept out of the corpus, embeds and scores with all ranks. Knows no objective, not the loop
 * and not Spark. Start reading at {@link io.retromae.embed.probe.ProbeTasks}, then {@code
 * RetrievalProbe}.
 */
package io.retromae.embed.probe;

/**
 * The job that embeds texts on Spark: planned before Spark starts, every unit's work named by its
 * attempt and told by a receipt, the manifest the commit. Knows nothing of what vectors are for.
 * Start reading at {@link io.retromae.embed.job.EmbedJob}.
 */
package io.retromae.embed.job;

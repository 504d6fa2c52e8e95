/**
 * Sets of texts in the output folder of a job, kept in parts of fixed size, and their vectors, of
 * which tasks make a part each and leave a receipt. Knows nothing of what texts are for. Start
 * reading at {@link io.retromae.embed.job.texts.SetEncoding}.
 */
package io.retromae.embed.job.texts;

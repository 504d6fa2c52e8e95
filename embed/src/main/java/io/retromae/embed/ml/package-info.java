/**
 * Encoders as stages of Spark ML pipelines, from Java, Scala and Python. Holds parameters, checks
 * of columns, and what a task does with its rows; how texts become vectors is known to {@link
 * io.retromae.embed.encoder} alone. Start reading at {@link io.retromae.embed.ml.TextEmbedder}.
 */
package io.retromae.embed.ml;

/**
 * Texts to embed, wherever they lie: text files, JSON lines, Parquet, shards of the corpus job;
 * divided so that neither ids nor order depend on how. Knows neither Spark nor models. Start
 * reading at {@link io.retromae.embed.source.InputUnits}.
 */
package io.retromae.embed.source;

/**
 * Texts to vectors: the folder of an encoder, its pooling and prompts, and the model in this
 * process. Knows neither Spark nor what vectors are for. Start reading at {@link
 * io.retromae.embed.encoder.TextEncoder}.
 */
package io.retromae.embed.encoder;

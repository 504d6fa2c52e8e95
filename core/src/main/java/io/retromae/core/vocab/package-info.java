/**
 * The WordPiece vocabulary, text to token ids, and the tokenizer files other tools load. Ids equal
 * Hugging Face's. Start reading at {@link io.retromae.core.vocab.Vocabulary}. Knows nothing of
 * corpora or training.
 */
package io.retromae.core.vocab;

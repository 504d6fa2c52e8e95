/**
 * From a cleaned document to samples: sentences, token ids, blocks of a limited length. Plain Java.
 * Start reading at {@link io.retromae.etl.tokenize.Packer}.
 */
package io.retromae.etl.tokenize;

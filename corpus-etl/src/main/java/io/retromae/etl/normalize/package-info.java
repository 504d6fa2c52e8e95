/**
 * Cleans up the characters of a text before anything looks at it: one form of Unicode, one kind of
 * line end, HTML entities resolved. Knows no document and no stage. Start reading at {@link
 * io.retromae.etl.normalize.Normalizer}.
 */
package io.retromae.etl.normalize;

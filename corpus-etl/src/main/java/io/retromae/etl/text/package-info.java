/**
 * What a text is made of: kinds of characters, lines, words, n-grams, phrases, and hashes and
 * counts of these. Plain Java on strings; knows no language, no document and no stage. Start
 * reading at {@link io.retromae.etl.text.Words}.
 */
package io.retromae.etl.text;

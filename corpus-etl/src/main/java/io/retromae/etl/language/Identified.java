package io.retromae.etl.language;

/**
 * What an identifier says of a text.
 *
 * @param language the likeliest one; {@code UND} for a language that has no name here
 * @param score how sure that is, in [0, 1]
 */
public record Identified(Language language, double score) {}

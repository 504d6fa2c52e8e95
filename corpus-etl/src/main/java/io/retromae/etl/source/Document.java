package io.retromae.etl.source;

/**
 * One text of a corpus.
 *
 * @param id 32 hexadecimal digits: first half of SHA-256(name of the file in the input, 0, record
 *     number)
 * @param source corpus and set, such as {@code pile/Wikipedia (en)}
 * @param text as published
 */
public record Document(String id, String source, String text) {}

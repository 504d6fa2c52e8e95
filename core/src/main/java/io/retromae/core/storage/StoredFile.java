package io.retromae.core.storage;

/**
 * A file that was listed.
 *
 * @param path qualified and unescaped, as {@link Storage#open} takes it
 * @param size bytes
 * @param hidden its name starts with {@code _} or {@code .}, which Hadoop's own readers skip
 * @param modified milliseconds since 1970, as the file system tells
 */
public record StoredFile(String path, long size, boolean hidden, long modified) {}

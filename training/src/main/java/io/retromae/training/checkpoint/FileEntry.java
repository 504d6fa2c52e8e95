package io.retromae.training.checkpoint;

/**
 * A file as a manifest lists it.
 *
 * @param name within its folder
 * @param bytes length
 * @param sha256 of the content, hexadecimal
 */
public record FileEntry(String name, long bytes, String sha256) {}

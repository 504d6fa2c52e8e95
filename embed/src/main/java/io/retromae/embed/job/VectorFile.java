package io.retromae.embed.job;

import java.io.Serializable;

/**
 * A file of vectors as the manifest lists it.
 *
 * @param name path within the folder, such as {@code vectors/000003-000-UUID.parquet}
 * @param rows in it, those with a null vector counted
 * @param absent rows whose vector is null; such are not in a {@code .npy} file
 * @param bytes size of the file
 * @param sha256 of the file, hexadecimal
 */
public record VectorFile(String name, long rows, long absent, long bytes, String sha256)
    implements Serializable {}

/**
 * Stored bytes to decompressed ones: what a file is by its first bytes, decoders that give all that
 * is whole before they fail, and a watch for decompression bombs. Start reading at {@link
 * io.retromae.etl.source.compression.StoredStream}, then {@link
 * io.retromae.etl.source.compression.Compression}. Knows no format.
 */
package io.retromae.etl.source.compression;

/**
 * Compressed files as streams, told by their first bytes. Knows no storage and no format of
 * records. Start reading at {@link io.retromae.core.compression.Decompression}.
 */
package io.retromae.core.compression;

/**
 * What an input is and what comes of one, whatever its format: files and their settings, parts of a
 * file, records, documents and what is set aside. A format's package implements {@link
 * io.retromae.etl.source.FileFormat}. Start reading at {@link io.retromae.etl.source.Document},
 * then {@link io.retromae.etl.source.FilePart}. Knows no Spark, and not what is done with a text.
 */
package io.retromae.etl.source;

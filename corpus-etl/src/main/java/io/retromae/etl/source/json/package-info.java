/**
 * JSON lines and arrays: where records begin and end, what their fields say, and how such a file is
 * divided. Start reading at {@link io.retromae.etl.source.json.JsonFormat}, then {@link
 * io.retromae.etl.source.json.RecordScanner}. Knows no other format.
 */
package io.retromae.etl.source.json;

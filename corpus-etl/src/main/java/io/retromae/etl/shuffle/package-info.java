/**
 * The samples of all units, shuffled, as shards of about equal size. Start reading at {@link
 * io.retromae.etl.shuffle.Shuffle}. Knows not where samples come from.
 */
package io.retromae.etl.shuffle;

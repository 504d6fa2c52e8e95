/**
 * What a run leaves on storage to go on from. A file counts only when a manifest published after it
 * lists its size and hash. Start reading at {@link
 * io.retromae.training.checkpoint.CheckpointStore}; the layout is in docs/checkpoint-format.md.
 * Knows nothing of Spark or of what is trained.
 */
package io.retromae.training.checkpoint;

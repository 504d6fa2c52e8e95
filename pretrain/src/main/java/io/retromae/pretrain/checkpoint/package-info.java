/**
 * What a run leaves on storage: checkpoints to resume from, the exported Hugging Face folder, and
 * reading such a folder to start from. A file counts only when a manifest published after it lists
 * its size and hash. Knows nothing of Spark or of who trains.
 */
package io.retromae.pretrain.checkpoint;

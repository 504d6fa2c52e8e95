/**
 * Lines that are held out of training, and what they say of the model: the loss of steps like those
 * of training, and whether queries find their positives. Knows not Spark. Start reading at {@link
 * io.retromae.finetune.heldout.HeldOutLines}, then {@code HeldOutProbe}.
 */
package io.retromae.finetune.heldout;

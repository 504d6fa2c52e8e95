package io.retromae.pretrain.checkpoint;

import io.retromae.pretrain.safetensors.TensorData;
import io.retromae.pretrain.train.TrainingState;
import java.util.Map;

/**
 * What is exported of a checkpoint.
 *
 * @param state where the run stood
 * @param model encoder and MLM head, Hugging Face names
 * @param decoder the enhanced decoder, {@code c_head.*}
 */
public record Weights(
    TrainingState state, Map<String, TensorData> model, Map<String, TensorData> decoder) {}

package io.retromae.training.checkpoint;

import io.retromae.training.loop.TrainingState;
import io.retromae.training.safetensors.TensorData;
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

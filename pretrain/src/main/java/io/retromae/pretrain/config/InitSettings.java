package io.retromae.pretrain.config;

import io.retromae.core.config.Setting;
import java.util.Optional;

/**
 * Where the weights come from.
 *
 * @param from Hugging Face BERT folder, or empty for random weights
 * @param config sizes for random weights
 */
public record InitSettings(
    @Setting(
            doc =
                "Folder of a Hugging Face BERT (config.json, model.safetensors) to start from;"
                    + " null starts from random weights of the sizes below.",
            standard = "null")
        Optional<String> from,
    @Setting(doc = "Sizes of the encoder when 'from' is null; defaults are BERT-base's.")
        ModelSettings config) {}

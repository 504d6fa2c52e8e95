package io.retromae.finetune.config;

import io.retromae.core.config.Setting;

/**
 * Where the weights come from.
 *
 * @param from Hugging Face BERT folder
 */
public record InitSettings(
    @Setting(
            doc =
                "Folder of a Hugging Face BERT (config.json, vocab.txt, model.safetensors or"
                    + " pytorch_model.bin), or an export, a checkpoint (RUN/checkpoints/step-500) or"
                    + " a run of ours, to start from; an"
                    + " MLM head and a decoder are left out.")
        String from) {}

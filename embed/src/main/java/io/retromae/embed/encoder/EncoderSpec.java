package io.retromae.embed.encoder;

import io.retromae.training.bert.Pooling;
import io.retromae.training.settings.DeviceSetting;
import java.io.Serializable;

/**
 * An encoder and how it is used, all decided: what tasks are sent, and what one copy of a model in
 * a process is known by.
 *
 * @param folder qualified folder in Hugging Face's layout
 * @param pooling how hidden states become a vector
 * @param normalize whether vectors have length one
 * @param maxLength most tokens of a text, [CLS] and [SEP] counted
 * @param tokensPerBatch most tokens that are computed at once, padding not counted; a longer text
 *     is a batch of its own
 * @param device CPU or GPU
 */
public record EncoderSpec(
    String folder,
    Pooling pooling,
    boolean normalize,
    int maxLength,
    int tokensPerBatch,
    DeviceSetting device)
    implements Serializable {}

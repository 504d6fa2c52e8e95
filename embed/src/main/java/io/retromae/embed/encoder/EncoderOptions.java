package io.retromae.embed.encoder;

import io.retromae.training.bert.Pooling;
import io.retromae.training.settings.DeviceSetting;
import java.util.Optional;

/**
 * What a user says of the use of an encoder; what is left open is as its folder says.
 *
 * @param pooling how hidden states become a vector
 * @param normalize whether vectors have length one
 * @param maxLength most tokens of a text, [CLS] and [SEP] counted, from 3
 * @param tokensPerBatch most tokens of a batch, from 3
 * @param device CPU or GPU
 */
public record EncoderOptions(
    Optional<Pooling> pooling,
    Optional<Boolean> normalize,
    Optional<Integer> maxLength,
    int tokensPerBatch,
    DeviceSetting device) {
  /** Tokens of a batch where nothing else is said. */
  public static final int TOKENS_PER_BATCH = 16_384;

  /** More tokens than these at once make a thread of a CPU no faster: it never takes more. */
  public static final int ENOUGH_FOR_A_THREAD = 2_048;

  /** All as the folder says. */
  public static final EncoderOptions DEFAULTS =
      new EncoderOptions(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          TOKENS_PER_BATCH,
          DeviceSetting.AUTO);
}

package io.retromae.finetune.pairs;

import io.retromae.core.config.Setting;
import io.retromae.embed.encoder.EncoderCompute;
import java.util.Optional;

/**
 * The filter of C-Pack (arXiv:2309.07597, section 2.2): pairs whose two sides a third model finds
 * unlike are noise.
 *
 * @param model folder of an encoder; empty for no filter
 * @param minSimilarity least cosine
 * @param maxLength most tokens of a side
 * @param compute where and in what batches
 */
public record Consistency(
    @Setting(
            doc =
                "Encoder that judges pairs: a BERT in Hugging Face's layout, of sentence-transformers"
                    + " or an export; null keeps all.",
            standard = "null")
        Optional<String> model,
    @Setting(
            doc =
                "Pairs of a smaller cosine are dropped; 0.43 is C-Pack's, for Text2Vec-Chinese:"
                    + " others have other scales, see the histogram of the report.",
            standard = "0.43",
            min = -1,
            max = 1)
        double minSimilarity,
    @Setting(
            doc = "Most tokens of a side that it reads; null as the model's folder says.",
            standard = "null",
            min = 3)
        Optional<Integer> maxLength,
    @Setting(doc = "Where and in what batches.") EncoderCompute compute) {}

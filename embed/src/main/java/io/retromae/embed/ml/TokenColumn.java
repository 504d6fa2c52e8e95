package io.retromae.embed.ml;

import io.retromae.core.failure.CorruptDataException;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * Reads what {@link TextTokenizer}, or another BERT tokenizer, has made: [CLS] ids [SEP], padding
 * behind it.
 *
 * @param name the column, for messages
 * @param clsId id of [CLS]
 * @param sepId id of [SEP]
 */
record TokenColumn(String name, int clsId, int sepId) implements Serializable {
  /**
   * The ids between [CLS] and [SEP].
   *
   * @throws CorruptDataException if it is not such a row of tokens
   */
  int[] ids(Row tokens) {
    if (tokens.isNullAt(0) || tokens.isNullAt(1)) {
      throw refusal("input_ids or attention_mask is null");
    }
    List<Integer> ids = tokens.getList(0);
    int count = length(ids.size(), tokens.getList(1));
    if (count < 2 || !isId(ids.get(0), clsId) || !isId(ids.get(count - 1), sepId)) {
      throw refusal(
          "the %d ids with attention_mask = 1 do not begin with [CLS] (%d) and end with [SEP] (%d)"
              .formatted(count, clsId, sepId));
    }
    int[] inner = new int[count - 2];
    for (int i = 0; i < inner.length; i++) {
      Integer id = ids.get(i + 1);
      if (id == null) {
        throw refusal("input_ids[%d] is null".formatted(i + 1));
      }
      inner[i] = id;
    }
    return inner;
  }

  private static boolean isId(Integer found, int wanted) {
    return found != null && found == wanted;
  }

  /** How many ones the mask begins with; behind them are zeros alone. */
  private int length(int ids, List<Integer> mask) {
    if (mask.size() != ids) {
      throw refusal("input_ids has %d entries and attention_mask %d".formatted(ids, mask.size()));
    }
    int ones = 0;
    while (ones < ids && isId(mask.get(ones), 1)) {
      ones++;
    }
    for (int i = ones; i < ids; i++) {
      if (!isId(mask.get(i), 0)) {
        throw refusal("attention_mask[%d] = %s; it is ones, then zeros".formatted(i, mask.get(i)));
      }
    }
    return ones;
  }

  private CorruptDataException refusal(String found) {
    return new CorruptDataException(
        "column %s: %s; make it with TextTokenizer and the same modelPath".formatted(name, found));
  }
}

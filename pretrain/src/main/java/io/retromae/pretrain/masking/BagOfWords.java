package io.retromae.pretrain.masking;

import java.util.Arrays;

/**
 * DupMAE's target (arXiv:2211.08769): each distinct token of the content weighs 1/m, m being the
 * content's length with repeats. So a text with repeats sums to less than 1, as in the reference.
 *
 * @param ids distinct content ids, ascending
 * @param weight of each of them; 0 for empty content
 */
public record BagOfWords(int[] ids, float weight) {

  /**
   * The bag of one row.
   *
   * @param row ids with [CLS] first and [SEP] last
   */
  public static BagOfWords of(int[] row) {
    int[] content = Arrays.copyOfRange(row, 1, row.length - 1);
    Arrays.sort(content);
    int distinct = 0;
    for (int i = 0; i < content.length; i++) {
      if (i == 0 || content[i] != content[i - 1]) {
        content[distinct++] = content[i];
      }
    }
    float weight = content.length == 0 ? 0 : 1f / content.length;
    return new BagOfWords(Arrays.copyOf(content, distinct), weight);
  }
}

package io.retromae.finetune.data;

import io.retromae.core.config.Setting;
import java.io.Serializable;

/**
 * Names of columns in files of plain columns.
 *
 * @param anchor of the query
 * @param positive of its positive
 * @param negative of a negative; those of more begin with it
 */
public record ColumnNames(
    @Setting(doc = "Column of the query.", standard = "anchor") String anchor,
    @Setting(doc = "Column of its positive.", standard = "positive") String positive,
    @Setting(
            doc = "Column of a negative; those of more begin with it: negative_1.",
            standard = "negative")
        String negative)
    implements Serializable {
  /** As in sentence-transformers' data sets. */
  public static final ColumnNames DEFAULT = new ColumnNames("anchor", "positive", "negative");
}

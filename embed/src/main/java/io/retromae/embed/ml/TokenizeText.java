package io.retromae.embed.ml;

import io.retromae.core.vocab.Vocabulary;
import io.retromae.core.vocab.WordRules;
import io.retromae.embed.encoder.ModelTokenizer;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;

/**
 * A text's tokens, as a function of a row. The task that it travelled to makes its tokenizer. The
 * vocabulary travels in here, by Java's serialization: a broadcast would go by Spark's, and Kryo
 * cannot read one.
 */
final class TokenizeText implements UDF1<String, Row> {
  private static final long serialVersionUID = 1L;

  private final Vocabulary vocabulary;
  private final WordRules rules;
  private final String prefix;
  private final int maxLength;
  private transient ModelTokenizer tokenizer;

  /**
   * A function of texts.
   *
   * @param prefix put before each text
   * @param maxLength most tokens, [CLS] and [SEP] counted
   */
  TokenizeText(Vocabulary vocabulary, WordRules rules, String prefix, int maxLength) {
    this.vocabulary = vocabulary;
    this.rules = rules;
    this.prefix = prefix;
    this.maxLength = maxLength;
  }

  /** Null for null; one thread at a time, should Spark evaluate several queries on the driver. */
  @Override
  public synchronized Row call(String text) {
    if (text == null) {
      return null;
    }
    if (tokenizer == null) {
      tokenizer = new ModelTokenizer(vocabulary, rules);
    }
    int[] ids = tokenizer.encode(prefix + text);
    int kept = Math.min(ids.length, maxLength - 2);
    Integer[] row = new Integer[kept + 2];
    Integer[] mask = new Integer[row.length];
    row[0] = vocabulary.clsId();
    row[row.length - 1] = vocabulary.sepId();
    for (int i = 0; i < kept; i++) {
      row[i + 1] = ids[i];
    }
    java.util.Arrays.fill(mask, 1);
    return RowFactory.create(row, mask);
  }
}

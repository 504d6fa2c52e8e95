package io.retromae.embed.ml;

import io.retromae.core.vocab.RowFrame;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.core.vocab.WordRules;
import io.retromae.embed.encoder.ModelTokenizer;
import java.util.Arrays;
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
    int[] framed = RowFrame.of(vocabulary, maxLength).frame(tokenizer.encode(prefix + text));
    Integer[] ids = Arrays.stream(framed).boxed().toArray(Integer[]::new);
    Integer[] mask = new Integer[ids.length];
    Arrays.fill(mask, 1);
    return RowFactory.create(ids, mask);
  }
}

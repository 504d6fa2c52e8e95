package io.retromae.embed.encoder;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.core.vocab.WordPieceTokenizer;
import io.retromae.core.vocab.WordRules;
import io.retromae.training.bert.BertModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Texts to vectors, a window at a time: tokenized, sorted by length, computed in batches, put back
 * in order. One thread at a time; several may share a model.
 */
public final class WindowEncoder implements TextEncoder {
  /** Rows that are sorted together. */
  static final int WINDOW = 4_096;

  private static final double SMALLEST_NORM = 1e-12; // as PyTorch's normalize

  private final BatchModel model;
  private final Vocabulary vocabulary;
  private final WordPieceTokenizer tokenizer;
  private final EncoderSpec spec;

  WindowEncoder(BatchModel model, Vocabulary vocabulary, WordRules rules, EncoderSpec spec) {
    this.model = model;
    this.vocabulary = vocabulary;
    this.tokenizer = new WordPieceTokenizer(vocabulary, rules);
    this.spec = spec;
  }

  /**
   * An encoder over a model that somebody else owns, trains and closes: its vectors are those of
   * the parameters at the time. Changes nothing of the model, draws no dropout.
   */
  public static TextEncoder over(
      BertModel model, Vocabulary vocabulary, WordRules rules, EncoderSpec spec) {
    return new WindowEncoder(new PaddedModel(model, false), vocabulary, rules, spec);
  }

  @Override
  public int width() {
    return model.width();
  }

  @Override
  public float[][] encode(List<String> texts) {
    float[][] vectors = new float[texts.size()][];
    for (int from = 0; from < texts.size(); from += WINDOW) {
      List<String> window = texts.subList(from, Math.min(texts.size(), from + WINDOW));
      encodeWindow(
          window.stream().map(text -> framed(tokenizer.encode(text))).toList(), vectors, from);
    }
    return vectors;
  }

  @Override
  public float[][] encodeIds(List<int[]> ids) {
    float[][] vectors = new float[ids.size()][];
    for (int from = 0; from < ids.size(); from += WINDOW) {
      List<int[]> window = ids.subList(from, Math.min(ids.size(), from + WINDOW));
      encodeWindow(window.stream().map(this::checked).map(this::framed).toList(), vectors, from);
    }
    return vectors;
  }

  private int[] checked(int[] ids) {
    for (int id : ids) {
      if (id < 0 || id >= model.words()) {
        throw new ConfigException(
            "token id %d: %s has ids 0 to %d; tokenize with the model's own vocabulary"
                .formatted(id, spec.folder(), model.words() - 1));
      }
    }
    return ids;
  }

  private int[] framed(int[] ids) {
    return Rows.framed(ids, vocabulary, spec.maxLength());
  }

  private void encodeWindow(List<int[]> rows, float[][] vectors, int from) {
    int[] lengths = rows.stream().mapToInt(row -> row.length).toArray();
    for (int[] batch : LengthOrder.batches(lengths, spec.tokensPerBatch())) {
      List<int[]> chosen = new ArrayList<>(batch.length);
      Arrays.stream(batch).forEach(place -> chosen.add(rows.get(place)));
      float[][] pooled = model.pooled(chosen, spec.pooling());
      for (int i = 0; i < batch.length; i++) {
        vectors[from + batch[i]] = spec.normalize() ? normalized(pooled[i]) : pooled[i];
      }
    }
  }

  /** In place: x / max(|x|, 1e-12). */
  private static float[] normalized(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    double norm = Math.max(Math.sqrt(squares), SMALLEST_NORM);
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] / norm);
    }
    return vector;
  }

  @Override
  public void close() {
    model.close();
  }
}

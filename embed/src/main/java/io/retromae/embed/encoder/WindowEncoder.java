package io.retromae.embed.encoder;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.vocab.RowFrame;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.core.vocab.WordRules;
import io.retromae.training.bert.BertModel;
import io.retromae.training.bert.LengthOrder;
import io.retromae.training.bert.UnitLength;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Texts to vectors, a window at a time: tokenized, sorted by length, computed in batches, put back
 * in order. The calling thread tokenizes the next window while batches of this one are computed.
 * One thread at a time; several encoders may share a model and its threads.
 */
public final class WindowEncoder implements TextEncoder {
  /** Rows that are sorted together. */
  public static final int WINDOW = 4_096;

  private final LoadedEncoder loaded;
  private final BatchModel model;
  private final RowFrame frame;
  private final ModelTokenizer tokenizer;
  private final EncoderSpec spec;

  WindowEncoder(LoadedEncoder loaded, EncoderSpec spec) {
    this.loaded = loaded;
    this.model = loaded.model();
    this.tokenizer = new ModelTokenizer(loaded.vocabulary(), loaded.rules());
    this.frame = RowFrame.of(loaded.vocabulary(), spec.maxLength());
    this.spec = spec;
  }

  /**
   * An encoder over a model that somebody else owns, trains and closes: its vectors are those of
   * the parameters at the time. Changes nothing of the model, draws no dropout.
   */
  public static TextEncoder over(
      BertModel model, Vocabulary vocabulary, WordRules rules, EncoderSpec spec) {
    PaddedModel padded = new PaddedModel(model, false);
    return new WindowEncoder(new LoadedEncoder(padded, vocabulary, rules, Optional.empty()), spec);
  }

  @Override
  public int width() {
    return model.width();
  }

  @Override
  public float[][] encode(List<String> texts) {
    return encodeWindows(texts, text -> frame.frame(tokenizer.encode(text)));
  }

  @Override
  public int[] ids(String text) {
    return tokenizer.encode(text);
  }

  @Override
  public float[][] encodeIds(List<int[]> ids) {
    return encodeWindows(ids, row -> frame.frame(checked(row)));
  }

  private <T> float[][] encodeWindows(List<T> inputs, Function<T, int[]> row) {
    float[][] vectors = new float[inputs.size()][];
    Optional<BatchThreads.Pending> before = Optional.empty();
    try {
      for (int from = 0; from < inputs.size(); from += WINDOW) {
        int to = Math.min(inputs.size(), from + WINDOW);
        List<int[]> rows = inputs.subList(from, to).stream().map(row).toList();
        List<Runnable> batches = batches(rows, vectors, from);
        Optional<BatchThreads.Pending> last = before;
        before = Optional.empty();
        last.ifPresent(BatchThreads.Pending::await);
        before = started(batches);
      }
    } finally {
      before.ifPresent(BatchThreads.Pending::await);
    }
    return vectors;
  }

  /** Empty if they are done already. */
  private Optional<BatchThreads.Pending> started(List<Runnable> batches) {
    if (loaded.threads().isEmpty()) {
      batches.forEach(Runnable::run);
    }
    return loaded.threads().map(threads -> threads.submit(batches));
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

  private List<Runnable> batches(List<int[]> rows, float[][] vectors, int from) {
    int[] lengths = rows.stream().mapToInt(row -> row.length).toArray();
    int tokens = Math.min(model.enoughTokens(), spec.tokensPerBatch());
    List<Runnable> batches = new ArrayList<>();
    for (int[] batch : LengthOrder.batches(lengths, tokens, model.pads())) {
      batches.add(() -> encode(batch, rows, vectors, from));
    }
    return batches;
  }

  private void encode(int[] batch, List<int[]> rows, float[][] vectors, int from) {
    List<int[]> tokens = Arrays.stream(batch).mapToObj(rows::get).toList();
    float[][] pooled = model.pooled(tokens, spec.pooling());
    for (int i = 0; i < batch.length; i++) {
      vectors[from + batch[i]] = spec.normalize() ? UnitLength.of(pooled[i]) : pooled[i];
    }
  }

  @Override
  public void close() {
    loaded.close();
  }
}

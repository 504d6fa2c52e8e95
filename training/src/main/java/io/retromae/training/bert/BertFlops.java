package io.retromae.training.bert;

/**
 * Floating-point operations of a BERT's matrix products, for the tokens that are there: padding is
 * none. A product with n weights takes 2 n a token; biases, LayerNorm, softmax and the update are
 * left out, as PaLM does (arXiv:2204.02311, appendix B) and PyTorch's FlopCounterMode. What is
 * computed twice to save memory counts once.
 */
public final class BertFlops {
  /** Forward and backward: each product has two more, for the gradients of both its factors. */
  public static final int TRAINING = 3;

  private BertFlops() {}

  /** Weights of a layer's matrix products. */
  public static double layerWeights(BertShape shape) {
    double width = shape.hiddenSize();
    return 4 * width * width + 2 * width * shape.intermediateSize();
  }

  /**
   * Some layers forward, every token seeing its whole row.
   *
   * @param tokens of all rows
   * @param squares sum over rows of their length squared
   */
  public static double layers(BertShape shape, double layers, double tokens, double squares) {
    return layers * (2 * layerWeights(shape) * tokens + 4 * squares * shape.hiddenSize());
  }

  /** The same for rows of these lengths. */
  public static double layers(BertShape shape, int layers, long[] lengths) {
    double tokens = 0;
    double squares = 0;
    for (long length : lengths) {
      tokens += length;
      squares += (double) length * length;
    }
    return layers(shape, layers, tokens, squares);
  }

  /**
   * One layer forward of which one token of each row is read: keys and values of all, the rest of
   * one.
   *
   * @param tokens of all rows
   */
  public static double layerForOneToken(BertShape shape, double rows, double tokens) {
    double width = shape.hiddenSize();
    double keysAndValues = 2 * width * width;
    double rest = layerWeights(shape) - keysAndValues;
    return 2 * keysAndValues * tokens + 4 * tokens * width + 2 * rest * rows;
  }

  /** The MLM head forward at so many positions. */
  public static double head(BertShape shape, double positions) {
    double width = shape.hiddenSize();
    return 2 * positions * width * (width + shape.vocabSize());
  }
}

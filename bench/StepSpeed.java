import ai.djl.ndarray.types.DataType;
import io.retromae.pretrain.retromae.BatchArrays;
import io.retromae.pretrain.retromae.LossScale;
import io.retromae.pretrain.retromae.Losses;
import io.retromae.pretrain.retromae.RetroMaeModel;
import io.retromae.pretrain.retromae.RetroMaeVariant;
import io.retromae.training.bert.AdamWStep;
import io.retromae.training.bert.BatchTensors;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.bert.WeightInitializer;
import io.retromae.training.collective.Parts;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.libtorch.TorchRuntime;
import io.retromae.training.memory.HostVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * Seconds per optimizer step of this project's model on made-up rows, drawn as the PyTorch peer
 * draws its own: 30 % of the encoder's tokens labelled, every decoder token labelled, half of the
 * decoder's keys visible. Prints one JSON line in the peer's words. See bench/step_vs_torch.py.
 */
final class StepSpeed {
  private static final int CLS = 2;
  private static final int SEP = 3;
  private static final int MASK = 4;
  private static final int SPECIAL = 5;

  private StepSpeed() {}

  public static void main(String[] args) throws IOException {
    int[] a = Arrays.stream(args).mapToInt(Integer::parseInt).toArray();
    int layers = a[0];
    int hidden = a[1];
    int vocabulary = a[2];
    int length = a[3];
    int rows = a[4];
    int steps = a[5];
    TorchRuntime.start(a[6]);
    BertShape shape =
        new BertShape(
            vocabulary, hidden, layers, Math.max(1, hidden / 64), 4 * hidden, 512, 2, 1e-12, 0.1,
            0.1, 0.02, 0);
    RetroMaeVariant objective = new RetroMaeVariant(RetroMaeVariant.DecoderQuery.EMBEDDINGS, 0);
    double[] seconds = new double[steps];
    double[] losses = new double[steps];
    Random random = new Random(1);
    try (RetroMaeModel model = RetroMaeModel.create(shape, objective, DataType.FLOAT32)) {
      HostVector weights = model.parameters().fetch();
      for (ParameterLayout.Parameter parameter : model.layout().parameters()) {
        WeightInitializer.fill(weights, parameter, shape, 1);
      }
      FlatVector gradients = model.newVector();
      FlatVector first = model.newVector();
      FlatVector second = model.newVector();
      for (int i = 0; i < steps; i++) {
        BatchArrays batch = batch(rows, length, vocabulary, random);
        long start = System.nanoTime();
        AdamWStep step = new AdamWStep(i + 1, 1, 1.0, 1e-4, 0.9, 0.999, 1e-8, 0.01);
        try (BatchTensors tensors = model.tensors(batch)) {
          Losses loss = model.gradients(tensors, gradients, i, LossScale.ONE);
          double squares = 0;
          for (double norm : model.norms(gradients, Parts.blockSize(gradients.size()))) {
            squares += norm * norm;
          }
          model.update(step, Math.sqrt(squares), gradients, first, second);
          losses[i] = loss.total();
        }
        seconds[i] = (System.nanoTime() - start) / 1e9;
      }
    }
    double[] warm = Arrays.copyOfRange(seconds, Math.min(3, steps - 1), steps);
    Arrays.sort(warm);
    System.out.printf(
        Locale.ROOT,
        "{\"mode\": \"ours\", \"threads\": %d, \"min_s\": %.3f, \"median_s\": %.3f,"
            + " \"tokens_per_s\": %d, \"peak_rss_MB\": %d, \"first_loss\": %.3f, \"last_loss\": %.3f}%n",
        a[6], warm[0], warm[warm.length / 2], Math.round(rows * length / warm[0]), peakMegabytes(),
        losses[0], losses[steps - 1]);
  }

  private static BatchArrays batch(int rows, int length, int vocabulary, Random random) {
    int cells = rows * length;
    long[] encoderIds = new long[cells];
    long[] encoderLabels = new long[cells];
    long[] ids = new long[cells];
    long[] labels = new long[cells];
    for (int i = 0; i < cells; i++) {
      int column = i % length;
      boolean special = column == 0 || column == length - 1;
      long id = (long) Math.abs(random.nextGaussian() * vocabulary / 8);
      ids[i] = column == 0 ? CLS : special ? SEP : id % (vocabulary - SPECIAL) + SPECIAL;
      boolean masked = !special && random.nextDouble() < 0.3;
      encoderIds[i] = masked ? MASK : ids[i];
      encoderLabels[i] = masked ? ids[i] : -100;
      labels[i] = special ? -100 : ids[i];
    }
    int bytes = (length + 7) / 8;
    byte[] visible = new byte[cells * bytes];
    random.nextBytes(visible);
    for (int query = 0; query < cells; query++) {
      visible[query * bytes] |= 1; // the sentence embedding
    }
    long[] lengths = new long[rows];
    Arrays.fill(lengths, length);
    return new BatchArrays(
        rows, length, encoderIds, encoderLabels, ids, labels, lengths, visible, new long[0],
        new float[0]);
  }

  /** The process's largest resident set so far. */
  private static long peakMegabytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }
}

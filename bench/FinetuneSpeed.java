import com.sun.management.OperatingSystemMXBean;
import io.retromae.finetune.contrastive.ContrastiveObjective;
import io.retromae.finetune.contrastive.ContrastiveRule;
import io.retromae.finetune.contrastive.PairBatch;
import io.retromae.finetune.contrastive.TextHashes;
import io.retromae.training.bert.AdamWStep;
import io.retromae.training.bert.BertModel;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.bert.Pooling;
import io.retromae.training.bert.WeightInitializer;
import io.retromae.training.collective.LocalCollective;
import io.retromae.training.collective.Parts;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.libtorch.TorchRuntime;
import io.retromae.training.loop.BatchSource;
import io.retromae.training.loop.LossReduction;
import io.retromae.training.loop.RunPlan;
import io.retromae.training.loop.StepInput;
import io.retromae.training.loop.StepSums;
import io.retromae.training.loop.Trainee;
import io.retromae.training.memory.HostVector;
import io.retromae.training.optimize.GradientTree;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Seconds per optimizer step of contrastive fine-tuning on made-up rows, drawn as the PyTorch peer
 * draws its own. Prints one JSON line in the peer's words.
 *
 * <p>Arguments: layers, hidden, vocabulary, queries, group, query length, passage length, steps,
 * threads, tokens per chunk, and full or real for the rows' lengths.
 */
final class FinetuneSpeed {
  private FinetuneSpeed() {}

  public static void main(String[] args) throws IOException {
    int[] a = Arrays.stream(args).limit(10).mapToInt(Integer::parseInt).toArray();
    boolean real = args[10].equals("real");
    int queries = a[3];
    int group = a[4];
    int steps = a[7];
    TorchRuntime.start(a[8]);
    BertShape shape =
        new BertShape(
            a[2], a[1], a[0], Math.max(1, a[1] / 64), 4 * a[1], 512, 2, 1e-12, 0.1, 0.1, 0.02, 0);
    ContrastiveRule rule =
        new ContrastiveRule(
            Pooling.CLS, true, 0.02, ContrastiveRule.Negatives.GLOBAL, true,
            ContrastiveRule.Distillation.NONE, 1, List.of(), a[9], false);
    RunPlan plan =
        new RunPlan(
            1, 1, 1, List.of((long) steps), LossReduction.TOKEN, 1_000, 1_000, Optional.empty(), 3,
            1);
    Trainee<PairBatch> trainee = ContrastiveObjective.trainee(shape, rule, Compute.CPU);
    double[] seconds = new double[steps];
    double[] cpu = new double[steps];
    double[] losses = new double[steps];
    long tokens = 0;
    Random random = new Random(1);
    OperatingSystemMXBean system =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    try (BertModel model = trainee.model()) {
      HostVector weights = model.parameters().fetch();
      for (ParameterLayout.Parameter parameter : model.layout().parameters()) {
        WeightInitializer.fill(weights, parameter, shape, 1);
      }
      GradientTree tree = new GradientTree(model);
      FlatVector first = model.newVector();
      FlatVector second = model.newVector();
      for (int i = 0; i < steps; i++) {
        PairBatch batch = batch(a, queries, group, real, random);
        tokens += batch.tokens();
        long start = System.nanoTime();
        long used = system.getProcessCpuTime();
        StepSums sums =
            trainee
                .objective()
                .step(
                    new StepInput<>(
                        i, plan, always(batch), new LocalCollective(), tree, () -> {}));
        FlatVector gradients = tree.sum();
        double squares = 0;
        for (double norm : model.norms(gradients, Parts.blockSize(gradients.size()))) {
          squares += norm * norm;
        }
        AdamWStep step = new AdamWStep(i + 1, 1, 1.0, 1e-5, 0.9, 0.999, 1e-8, 0);
        model.update(step, Math.sqrt(squares), gradients, first, second);
        tree.release(gradients);
        losses[i] = sums.losses().get(0)[0];
        seconds[i] = (System.nanoTime() - start) / 1e9;
        cpu[i] = (system.getProcessCpuTime() - used) / 1e9;
      }
    }
    int warmUp = Math.min(2, steps - 1);
    double[] warm = Arrays.copyOfRange(seconds, warmUp, steps);
    Arrays.sort(warm);
    double least = Arrays.stream(cpu, warmUp, steps).min().orElseThrow();
    System.out.printf(
        Locale.ROOT,
        "{\"mode\": \"ours\", \"lengths\": \"%s\", \"threads\": %d, \"min_s\": %.3f, \"median_s\":"
            + " %.3f, \"min_cpu_s\": %.3f, \"tokens_per_s\": %d, \"peak_rss_MB\": %d,"
            + " \"first_loss\": %.4f, \"last_loss\": %.4f}%n",
        args[10], a[8], warm[0], warm[warm.length / 2], least,
        Math.round(tokens / (double) steps / warm[0]), peakMegabytes(), losses[0],
        losses[steps - 1]);
  }

  private static BatchSource<PairBatch> always(PairBatch batch) {
    return new BatchSource<>() {
      @Override
      public PairBatch next(int logicalShard, long step, int microBatch) {
        return batch;
      }

      @Override
      public void close() {
        // nothing is open
      }
    };
  }

  private static PairBatch batch(int[] a, int queries, int group, boolean real, Random random) {
    int[][] q = rows(queries, a[5], a[2], real, random);
    int[][] p = rows(queries * group, a[6], a[2], real, random);
    long[] passages = random.longs(p.length).toArray();
    long[][] positives =
        IntStream.range(0, queries)
            .mapToObj(i -> new long[] {passages[i * group]})
            .toArray(long[][]::new);
    TextHashes texts = new TextHashes(random.longs(queries).toArray(), passages, positives);
    return new PairBatch(q, p, group, texts, new double[0], false);
  }

  private static int[][] rows(int count, int length, int vocabulary, boolean real, Random random) {
    int[][] rows = new int[count][];
    for (int i = 0; i < count; i++) {
      boolean longest = i == 0 || !real;
      int n = longest ? length : length / 8 + random.nextInt(length - length / 8 + 1);
      rows[i] = new int[n];
      for (int j = 0; j < n; j++) {
        int id = (int) Math.abs(random.nextGaussian() * vocabulary / 8);
        rows[i][j] = j == 0 ? 2 : id % (vocabulary - 5) + 5;
      }
    }
    return rows;
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

import ai.djl.ndarray.types.DataType;
import io.retromae.core.config.ConfigLoader;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.pretrain.batch.CorpusBatches;
import io.retromae.pretrain.batch.TokenTable;
import io.retromae.pretrain.config.ModelSettings;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.job.PretrainPlan;
import io.retromae.pretrain.retromae.BatchArrays;
import io.retromae.pretrain.retromae.LossScale;
import io.retromae.pretrain.retromae.Losses;
import io.retromae.pretrain.retromae.RetroMae;
import io.retromae.pretrain.retromae.RetroMaeModel;
import io.retromae.pretrain.retromae.RetroMaeVariant;
import io.retromae.training.bert.BatchTensors;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.bert.WeightInitializer;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.libtorch.TorchRuntime;
import io.retromae.training.optimize.LearningRateSchedule;
import io.retromae.training.optimize.Optimizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;

/**
 * The steps of a run without the run: the same micro-batches, all built before the clock starts,
 * through gradients and update alone, on this thread. One JSON line a step. See
 * bench/loop_vs_step.py.
 */
final class BareStep {
  private final PretrainConfig config;
  private final Storage storage;
  private final Vocabulary vocabulary;

  private BareStep(PretrainConfig config) {
    this.config = config;
    this.storage = new Storage(new Configuration());
    this.vocabulary = Vocabulary.load(storage, config.corpus());
  }

  /** Argument: the run's configuration; one logical shard, one micro-batch a step, threads named. */
  public static void main(String[] args) throws IOException {
    String yaml = Files.readString(Path.of(args[0]));
    List<ConfigLoader.Source> files = List.of(new ConfigLoader.Source(args[0], yaml));
    BareStep run = new BareStep(ConfigLoader.load(PretrainConfig.class, files, List.of()).value());
    TorchRuntime.start(run.config.cluster().threadsPerWorker().orElseThrow());
    run.train(run.batches());
  }

  private List<BatchArrays> batches() throws IOException {
    PretrainPlan plan = PretrainPlan.of(storage, config);
    TokenTable tokens = new TokenTable(vocabulary, vocabulary.size());
    var maker = new RetroMae(config.objective()).batches(tokens, config);
    List<BatchArrays> all = new ArrayList<>();
    try (CorpusBatches<BatchArrays> batches =
        CorpusBatches.open(storage, config, maker, plan.epochEnds())) {
      for (long step = 0; step < plan.totalSteps(); step++) {
        all.add(batches.next(0, step, 0));
      }
    }
    return all;
  }

  private void train(List<BatchArrays> batches) {
    BertShape shape = shape(config.init().config());
    RetroMaeVariant objective = new RetroMaeVariant(RetroMaeVariant.DecoderQuery.EMBEDDINGS, 0);
    LearningRateSchedule schedule = LearningRateSchedule.of(config.optimizer(), batches.size());
    try (RetroMaeModel model = RetroMaeModel.create(shape, objective, DataType.FLOAT32)) {
      for (ParameterLayout.Parameter parameter : model.layout().parameters()) {
        WeightInitializer.fill(model.parameters().fetch(), parameter, shape, 1);
      }
      Optimizer optimizer = new Optimizer(model, config.optimizer(), schedule);
      FlatVector gradients = model.newVector();
      for (int i = 0; i < batches.size(); i++) {
        long start = System.nanoTime();
        Losses losses;
        try (BatchTensors tensors = model.tensors(batches.get(i))) {
          losses = model.gradients(tensors, gradients, i, LossScale.ONE);
          optimizer.update(gradients, 1);
        }
        report(i + 1, batches.get(i), (System.nanoTime() - start) / 1e9, losses.total());
      }
    }
  }

  private static void report(int step, BatchArrays batch, double seconds, double loss) {
    System.out.printf(
        Locale.ROOT,
        "{\"step\": %d, \"tokens\": %d, \"cells\": %d, \"seconds\": %.6f, \"loss\": %.4f}%n",
        step, Arrays.stream(batch.lengths()).sum(), batch.rows() * batch.length(), seconds, loss);
  }

  private BertShape shape(ModelSettings sizes) {
    return new BertShape(
        vocabulary.size(), sizes.hiddenSize(), sizes.numHiddenLayers(), sizes.numAttentionHeads(),
        4 * sizes.hiddenSize(), sizes.maxPositionEmbeddings(), 2, 1e-12,
        sizes.hiddenDropoutProb(), sizes.attentionProbsDropoutProb(), 0.02, vocabulary.padId());
  }
}

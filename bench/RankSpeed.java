import ai.djl.ndarray.types.DataType;
import io.retromae.core.config.ConfigLoader;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.finetune.contrastive.ContrastiveObjective;
import io.retromae.finetune.contrastive.ContrastiveRule;
import io.retromae.finetune.contrastive.PairBatch;
import io.retromae.finetune.contrastive.TextHashes;
import io.retromae.pretrain.batch.CorpusBatches;
import io.retromae.pretrain.batch.TokenTable;
import io.retromae.pretrain.config.ModelSettings;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.job.PretrainPlan;
import io.retromae.pretrain.retromae.BatchArrays;
import io.retromae.pretrain.retromae.RetroMae;
import io.retromae.pretrain.retromae.RetroMaeLoss;
import io.retromae.pretrain.retromae.RetroMaeModel;
import io.retromae.pretrain.retromae.RetroMaeVariant;
import io.retromae.training.bert.BertModel;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.bert.Pooling;
import io.retromae.training.bert.WeightInitializer;
import io.retromae.training.collective.Collective;
import io.retromae.training.collective.CollectiveConfig;
import io.retromae.training.collective.CollectiveOptions;
import io.retromae.training.collective.LocalCollective;
import io.retromae.training.collective.TcpCollective;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.libtorch.TorchRuntime;
import io.retromae.training.loop.BatchQueue;
import io.retromae.training.loop.BatchSource;
import io.retromae.training.loop.Cancellation;
import io.retromae.training.loop.EvaluationReport;
import io.retromae.training.loop.Evaluator;
import io.retromae.training.loop.LossReduction;
import io.retromae.training.loop.MicroBatch;
import io.retromae.training.loop.Objective;
import io.retromae.training.loop.RunPlan;
import io.retromae.training.loop.Saver;
import io.retromae.training.loop.StepListener;
import io.retromae.training.loop.StepReport;
import io.retromae.training.loop.SummedObjective;
import io.retromae.training.loop.Trainee;
import io.retromae.training.loop.Trainer;
import io.retromae.training.loop.TrainingHooks;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.measure.Probe;
import io.retromae.training.measure.Selection;
import io.retromae.training.optimize.LearningRateSchedule;
import io.retromae.training.optimize.Optimizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;

/**
 * One rank of a training without Spark: the same loop over the same collective, in a JVM of its
 * own. Prints its port, reads the ports of all ranks, then a JSON line a step. Pre-training reads
 * the configuration's corpus; fine-tuning takes made-up pairs, and of the configuration the model's
 * sizes, the optimizer and the shape of a step. See bench/two_processes.py.
 */
final class RankSpeed {
  private static final int FINETUNE_VOCABULARY = 30_522;
  private static final int NEVER = 1_000_000;

  private final PretrainConfig config;
  private final int rank;
  private final int world;
  private final Storage storage = new Storage(new Configuration());

  private RankSpeed(PretrainConfig config, int rank, int world) {
    this.config = config;
    this.rank = rank;
    this.world = world;
  }

  /** Arguments: the run's configuration, rank, number of ranks, pretrain or finetune. */
  public static void main(String[] args) throws IOException {
    String yaml = Files.readString(Path.of(args[0]));
    List<ConfigLoader.Source> files = List.of(new ConfigLoader.Source(args[0], yaml));
    PretrainConfig config = ConfigLoader.load(PretrainConfig.class, files, List.of()).value();
    TorchRuntime.start(config.cluster().threadsPerWorker().orElseThrow());
    RankSpeed run = new RankSpeed(config, Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    try (Collective collective = run.join()) {
      if (args[3].equals("finetune")) {
        run.finetune(collective);
      } else {
        run.pretrain(collective);
      }
    }
  }

  private Collective join() throws IOException {
    if (world == 1) {
      return new LocalCollective();
    }
    InetAddress loopback = InetAddress.getLoopbackAddress();
    TcpCollective.Listener listener = TcpCollective.Listener.open(loopback);
    System.out.println("port " + listener.port());
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    List<InetSocketAddress> peers = new ArrayList<>();
    for (String port : in.readLine().split(" ")) {
      peers.add(new InetSocketAddress(loopback, Integer.parseInt(port)));
    }
    byte[] key = "a key of the benchmark's".getBytes(StandardCharsets.US_ASCII);
    CollectiveOptions options = CollectiveOptions.plain(Duration.ofSeconds(60));
    return listener.connect(new CollectiveConfig("bench", 1, rank, peers, key, options));
  }

  private void pretrain(Collective collective) throws IOException {
    Vocabulary vocabulary = Vocabulary.load(storage, config.corpus());
    PretrainPlan plan = PretrainPlan.of(storage, config);
    RunPlan course = PretrainPlan.course(config, world, plan.epochEnds());
    TokenTable tokens = new TokenTable(vocabulary, vocabulary.size());
    var maker = new RetroMae(config.objective()).batches(tokens, config);
    BertShape shape = shape(config.init().config(), vocabulary.size(), vocabulary.padId());
    RetroMaeVariant variant = new RetroMaeVariant(RetroMaeVariant.DecoderQuery.EMBEDDINGS, 0);
    try (RetroMaeModel model = RetroMaeModel.create(shape, variant, DataType.FLOAT32);
        CorpusBatches<BatchArrays> batches =
            CorpusBatches.open(storage, config, maker, plan.epochEnds());
        BatchQueue<BatchArrays> ahead = BatchQueue.start(batches, course.order(0, rank), 3)) {
      train(
          collective, course, model, new SummedObjective<>(new RetroMaeLoss(model, variant)), ahead);
    }
  }

  private void finetune(Collective collective) throws IOException {
    BertShape shape = shape(config.init().config(), FINETUNE_VOCABULARY, 0);
    ContrastiveRule rule =
        new ContrastiveRule(
            Pooling.CLS, true, 0.02, ContrastiveRule.Negatives.GLOBAL, true,
            ContrastiveRule.Distillation.NONE, 1, List.of(), Integer.MAX_VALUE, false);
    int steps = Math.toIntExact(config.schedule().maxSteps().orElseThrow());
    RunPlan course =
        new RunPlan(
            config.data().logicalShards(), world, 1, List.of((long) steps), LossReduction.TOKEN,
            NEVER, NEVER, Optional.empty(), 3, 1);
    Trainee<PairBatch> trainee = ContrastiveObjective.trainee(shape, rule, Compute.CPU);
    try (BertModel model = trainee.model();
        BatchQueue<PairBatch> ahead = BatchQueue.start(pairs(shape), course.order(0, rank), 3)) {
      train(collective, course, model, trainee.objective(), ahead);
    }
  }

  /** Pairs of random tokens, as a function of step and shard; a query is half as long. */
  private BatchSource<PairBatch> pairs(BertShape shape) {
    return new BatchSource<>() {
      @Override
      public PairBatch next(int logicalShard, long step, int microBatch) {
        Random random = new Random(step << Short.SIZE | logicalShard);
        int rows = config.data().perDeviceTrainBatchSize();
        int length = config.data().maxSeqLength();
        int[][] queries = new int[rows][];
        int[][] passages = new int[rows][];
        long[][] positives = new long[rows][];
        long[] texts = random.longs(rows).toArray();
        for (int i = 0; i < rows; i++) {
          queries[i] = random.ints(length / 2, 5, shape.vocabSize()).toArray();
          passages[i] = random.ints(length, 5, shape.vocabSize()).toArray();
          positives[i] = new long[] {texts[i]};
        }
        TextHashes hashes = new TextHashes(random.longs(rows).toArray(), texts, positives);
        return new PairBatch(queries, passages, 1, hashes, new double[0], false);
      }

      @Override
      public void close() {
        // nothing is open
      }
    };
  }

  private <S extends MicroBatch> void train(
      Collective collective,
      RunPlan course,
      BertModel model,
      Objective<S> objective,
      BatchSource<S> batches)
      throws IOException {
    for (ParameterLayout.Parameter parameter : model.layout().parameters()) {
      WeightInitializer.fill(model.parameters().fetch(), parameter, model.shape(), 1);
    }
    LearningRateSchedule schedule =
        LearningRateSchedule.of(config.optimizer(), course.totalSteps());
    Optimizer optimizer =
        config.cluster().zeroStage() == 0
            ? new Optimizer(model, config.optimizer(), schedule)
            : Optimizer.sharded(
                model,
                config.optimizer(),
                schedule,
                collective.part(model.layout().size(), rank));
    Evaluator<S> nothing =
        new Evaluator<>(
            objective,
            collective,
            0,
            index -> {
              throw new IllegalStateException("nothing to evaluate");
            });
    var parts = new Trainer.Parts<>(model, objective, optimizer, collective, batches, nothing);
    Printer printer = new Printer();
    new Trainer<>(parts, course, new TrainingHooks(printer, printer, printer))
        .train(TrainingState.START);
  }

  private static BertShape shape(ModelSettings sizes, int vocabulary, int pad) {
    return new BertShape(
        vocabulary, sizes.hiddenSize(), sizes.numHiddenLayers(), sizes.numAttentionHeads(),
        4 * sizes.hiddenSize(), sizes.maxPositionEmbeddings(), 2, 1e-12,
        sizes.hiddenDropoutProb(), sizes.attentionProbsDropoutProb(), 0.02, pad);
  }

  /** Tells of steps, saves nothing. */
  private static final class Printer implements StepListener, Saver, Cancellation {
    private long last = System.nanoTime();

    @Override
    public void stepDone(StepReport report) throws IOException {
      long now = System.nanoTime();
      System.out.printf(
          Locale.ROOT,
          "{\"step\": %d, \"seconds\": %.6f, \"tokens\": %d, \"loss\": %.17g, \"rss_mb\": %d, \"ranks\": %s}%n",
          report.step(),
          (now - last) / 1e9,
          report.tokens(),
          report.losses().total(),
          residentMegabytes(),
          report.rankTimes().stream().map(Printer::json).toList());
      last = now;
    }

    /** Of this process. */
    private static long residentMegabytes() throws IOException {
      try (var lines = Files.lines(Path.of("/proc/self/status"))) {
        String line = lines.filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow();
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1_000;
      }
    }

    private static String json(StepReport.RankTimes t) {
      return String.format(
          Locale.ROOT,
          "{\"data_ms\": %.1f, \"compute_ms\": %.1f, \"communication_ms\": %.1f, \"idle_ms\": %.1f}",
          t.dataMs(), t.computeMs(), t.communicationMs(), t.idleMs());
    }

    @Override
    public void probed(Probe.Report report, double seconds) {
      throw new IllegalStateException("nothing to measure");
    }

    @Override
    public void compared(long step, Selection selection, boolean ends) {
      throw new IllegalStateException("nothing to compare");
    }

    @Override
    public void evaluated(EvaluationReport report, double seconds) {
      // none is asked for
    }

    @Override
    public void save(TrainingState state) {
      // speed only
    }

    @Override
    public void settle() {
      // nothing is being saved
    }

    @Override
    public byte[] takeNote() {
      return new byte[0];
    }

    @Override
    public void heard(List<byte[]> notes) {
      // nobody notes anything
    }

    @Override
    public boolean saveDue() {
      return false;
    }

    @Override
    public boolean stopRequested() {
      return false;
    }

    @Override
    public void checkCancelled() {
      // nobody cancels
    }
  }
}

package io.retromae.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.OwnedFolder;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import io.retromae.etl.job.CorpusGarbage;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.checkpoint.CheckpointStore;
import io.retromae.training.checkpoint.CheckpointWriter;
import io.retromae.training.checkpoint.Share;
import io.retromae.training.checkpoint.TrainingVectors;
import io.retromae.training.loop.EvaluationReport;
import io.retromae.training.loop.LossWindow;
import io.retromae.training.loop.MeanLosses;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.measure.Figures;
import io.retromae.training.measure.Selection;
import io.retromae.training.memory.HostVector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Random work in a folder whose name a shell, a glob or a URL would read otherwise, among
 * neighbours that it then would name. Manifests that lie and, where there are any, links come in
 * between.
 */
public class FolderSequences {
  private static final String[] PIECES = {
    "[", "]", "*", "?", "{", "}", "..", "~", "%", "%2e", " ", ",", "-", "中", "文", "a", "b", "1"
  };

  private static final List<String> ENTRIES =
      List.of("_work", "_SUCCESS.json", "_manifest.json.1", "data", "checkpoints", "export");

  private static final ParameterLayout LAYOUT =
      ParameterLayout.withDecoder(
          new BertShape(10, 4, 1, 1, 8, 8, 2, 1e-12, 0, 0, 0.02, 0), "c_head");

  /** Files of a neighbour; each is in the way of something that is deleted here. */
  private static final List<String> FILES =
      List.of(
          "run.json",
          "_SUCCESS.json",
          "data/x.parquet",
          "_work/receipts/x.json",
          "checkpoints/step-00000001-1.json",
          "checkpoints/step-00000001-1/model.safetensors",
          "checkpoints/attempt-1",
          ".run.json.staged-" + UUID.randomUUID());

  private final Storage storage;
  private final String root;
  private final Random random;
  private final List<String> neighbours = new ArrayList<>();
  private final String folder;
  private final CheckpointStore checkpoints;
  private long step;

  /** Makes the neighbours below {@code root}. */
  public FolderSequences(Storage storage, String root, long seed) {
    this.storage = storage;
    this.root = root;
    this.random = new Random(seed);
    String name = name();
    this.folder = root + "/" + name;
    this.checkpoints = new CheckpointStore(storage, folder);
    for (String other :
        List.of("a", "b", "1", "中", name + "1", name.replaceAll("[\\[\\]*?]", "a"))) {
      if (!other.equals(name) && !neighbours.contains(other)) {
        neighbours.add(other);
        FILES.forEach(
            file -> storage.publish(root + "/" + other + "/" + file, file.getBytes(UTF_8)));
      }
    }
  }

  private String name() {
    StringBuilder name = new StringBuilder();
    for (int i = 1 + random.nextInt(5); i > 0 || name.toString().isBlank(); i--) {
      name.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return name.toString().matches("\\.+") ? name + "~" : name.toString();
  }

  private String neighbour() {
    return neighbours.get(random.nextInt(neighbours.size()));
  }

  /** Does so many things; after each, all files outside are as they were. */
  public void run(int steps) throws IOException {
    List<StoredFile> before = outside();
    Map<String, String> content = content(before);
    List<String> done = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      int what = random.nextInt(9);
      try {
        act(what);
        done.add(Integer.toString(what));
      } catch (ConfigException | CorruptDataException | ClusterException e) {
        done.add(what + " refused");
      }
      assertEquals(before, outside(), folder + ": " + done);
    }
    assertEquals(content, content(outside()), folder + ": " + done);
  }

  private void act(int what) throws IOException {
    switch (what) {
      case 0 -> claim(OutputMode.RESUME);
      case 1 -> claim(OutputMode.OVERWRITE);
      case 2 -> finishCorpus();
      case 3 -> CorpusGarbage.delete(storage, folder);
      case 4 -> lie("_SUCCESS.json", "{\"manifest\": \"../%s/run.json\"}".formatted(neighbour()));
      case 5 -> resume();
      case 6 -> lieInCheckpoint();
      case 7 -> new OwnedFolder(storage, folder).delete("export");
      default ->
          link(folder, ENTRIES.get(random.nextInt(ENTRIES.size())), root + "/" + neighbour());
    }
  }

  /** Puts a link in the folder; nothing happens where there are none. */
  protected void link(String folder, String name, String target) throws IOException {}

  private void claim(OutputMode mode) {
    Map<String, String> identity = Map.of("seed", Integer.toString(random.nextInt(2)));
    new OutputFolder(storage, folder, ENTRIES).claim(identity, "seed: 1\n", mode);
  }

  private void owns() {
    claim(OutputMode.OVERWRITE); // a job writes into a folder that it has claimed
  }

  private void finishCorpus() {
    owns();
    storage.publish(folder + "/data/garbage.parquet", new byte[1]);
    storage.publish(folder + "/_work/receipts/x.json", new byte[1]);
    int version = ShardManifest.FORMAT_VERSION;
    Map<String, Object> lineage = Map.of("files", List.of("cleaned/x.parquet"));
    new ShardManifest(
            version, "t", "f", 9, true, true, true, 32, 1, 0, 0, List.of(), List.of(), lineage)
        .publish(storage, folder);
  }

  private void lie(String file, String text) {
    owns();
    storage.publish(folder + "/" + file, text.getBytes(UTF_8));
    CorpusGarbage.delete(storage, folder);
  }

  private void resume() {
    claim(OutputMode.RESUME);
    saveCheckpoint();
  }

  private void saveCheckpoint() {
    long attempt = checkpoints.claimAttempt();
    try (CheckpointWriter writer =
        new CheckpointWriter(
            checkpoints, new CheckpointWriter.Origin(Map.of(), attempt, 1), Share.WHOLE, SILENT)) {
      HostVector vector = HostVector.allocate(LAYOUT.size());
      writer.save(state(++step), LAYOUT, TrainingVectors.whole(vector, vector, vector));
    }
  }

  private static final CheckpointWriter.Listener SILENT =
      new CheckpointWriter.Listener() {
        @Override
        public void saved(CheckpointWriter.Saved checkpoint) {}

        @Override
        public void failed(long step, String reason) {}
      };

  private static TrainingState state(long step) {
    MeanLosses losses = new MeanLosses(4, Map.of("encoder", 2.0, "decoder", 2.0));
    return new TrainingState(
        step,
        step,
        0,
        9,
        losses,
        LossWindow.EMPTY,
        EvaluationReport.NONE,
        Figures.NONE,
        Selection.NONE);
  }

  /** The oldest manifest, which is pruned next, says that its files lie elsewhere. */
  private void lieInCheckpoint() {
    owns();
    saveCheckpoint();
    for (StoredFile file : storage.files(folder + "/checkpoints")) {
      if (file.path().endsWith(".json")) {
        String text = new String(storage.read(file.path()), UTF_8);
        String name = "../../" + neighbour() + (random.nextBoolean() ? "/checkpoints" : "");
        storage.publish(
            file.path(), text.replaceFirst("\"step-[^\"]*\"", "\"" + name + "\"").getBytes(UTF_8));
      }
    }
    saveCheckpoint();
  }

  private List<StoredFile> outside() {
    String own = storage.qualify(folder) + "/";
    return storage.allFiles(root).stream().filter(file -> !file.path().startsWith(own)).toList();
  }

  private Map<String, String> content(List<StoredFile> files) {
    Map<String, String> content = new TreeMap<>();
    files.forEach(
        file -> content.put(file.path(), Sha256.of(new String(storage.read(file.path()), UTF_8))));
    return content;
  }
}

package io.retromae.training.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.pretrain.retromae.RetroMaeCard;
import io.retromae.pretrain.retromae.RetroMaeModel;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.checkpoint.CheckpointFiles;
import io.retromae.training.checkpoint.CheckpointStore;
import io.retromae.training.checkpoint.FailingFileSystem;
import io.retromae.training.checkpoint.FileEntry;
import io.retromae.training.checkpoint.Share;
import io.retromae.training.checkpoint.TrainingVectors;
import io.retromae.training.loop.EvaluationReport;
import io.retromae.training.loop.EvaluationSums;
import io.retromae.training.loop.LossWindow;
import io.retromae.training.loop.MeanLosses;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.measure.Figures;
import io.retromae.training.measure.Selection;
import io.retromae.training.memory.HostVector;
import io.retromae.training.safetensors.Safetensors;
import io.retromae.training.safetensors.TensorData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder that other tools open. */
class HuggingFaceExportTest {
  private static final BertShape SHAPE =
      new BertShape(12, 8, 1, 2, 16, 10, 2, 1e-12, 0.1, 0.1, 0.02, 0);
  private static final ParameterLayout LAYOUT = RetroMaeModel.layout(SHAPE);

  /** What a layer of Hugging Face's BERT has. */
  private static final List<String> OF_LAYER =
      List.of(
          "attention.self.query",
          "attention.self.key",
          "attention.self.value",
          "attention.output.dense",
          "attention.output.LayerNorm",
          "intermediate.dense",
          "output.dense",
          "output.LayerNorm");

  @TempDir Path run;

  /** Exports a checkpoint whose weight at flat index i is i. */
  @BeforeEach
  void export() throws IOException {
    Storage storage = new Storage(new Configuration());
    List<String> tokens = new ArrayList<>(Vocabulary.SPECIAL_TOKENS);
    for (int i = tokens.size(); i < SHAPE.vocabSize(); i++) {
      tokens.add("t" + i);
    }
    RunDescription description =
        new RunDescription(
            "retromae",
            true,
            true,
            true,
            10,
            1,
            1,
            Map.of("test", 1L),
            Map.of(),
            BaseModel.NONE,
            "",
            SentenceVectors.PLAIN,
            Map.of());
    CheckpointStore store = new CheckpointStore(storage, run.toString());
    TrainingVectors buffers = TrainingVectors.whole(vector(), vector(), vector());
    List<FileEntry> files =
        store.write(
            "step-00000000-1",
            CheckpointFiles.of(Share.WHOLE, LAYOUT, buffers),
            description.files(SHAPE, LAYOUT, Vocabulary.of(tokens)));
    store.commit(TrainingState.START, 1, files, 2);
    HuggingFaceExport.write(
        storage, run.toString(), 0, run.resolve("export").toString(), RetroMaeCard::of);
  }

  private static HostVector vector() {
    HostVector vector = HostVector.allocate(LAYOUT.size());
    for (int i = 0; i < LAYOUT.size(); i++) {
      vector.whole().putFloat(4 * i, i);
    }
    return vector;
  }

  private Map<String, TensorData> tensors(String name) throws IOException {
    try (InputStream in = Files.newInputStream(run.resolve("export").resolve(name))) {
      return Safetensors.read(name, in);
    }
  }

  private JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(run.resolve("export").resolve(name).toFile());
  }

  private static TreeSet<String> parameters(String prefix, List<String> parts) {
    TreeSet<String> names = new TreeSet<>();
    for (String part : parts) {
      names.add(prefix + part + ".weight");
      names.add(prefix + part + ".bias");
    }
    return names;
  }

  @Test
  void aFullDiskLeavesNothingThatTheNextTryWouldRefuse() throws IOException {
    Storage storage = new Storage(FailingFileSystem.configuration());
    String target = "failing://" + run.resolve("second");

    long bytes;
    try (Stream<Path> files = Files.walk(run.resolve("export"))) {
      bytes = files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
    for (int tenths = 0; tenths < 10; tenths++) {
      FailingFileSystem.mend();
      FailingFileSystem.ROOM.set(bytes * tenths / 10);
      assertThrows(
          ClusterException.class,
          () -> HuggingFaceExport.write(storage, run.toString(), 0, target, RetroMaeCard::of));
      assertFalse(Files.exists(run.resolve("second")), "tenths written: " + tenths);
    }

    FailingFileSystem.mend();
    HuggingFaceExport.write(storage, run.toString(), 0, target, RetroMaeCard::of);
    assertTrue(Files.exists(run.resolve("second/model.safetensors")));
    assertTrue(Files.exists(run.resolve("export/model.safetensors")), "a neighbour");
  }

  @Test
  void theModelHasTheTensorsOfBertForMaskedLmAndNoOther() throws IOException {
    TreeSet<String> want = parameters("bert.encoder.layer.0.", OF_LAYER);
    want.addAll(
        parameters("", List.of("bert.embeddings.LayerNorm", "cls.predictions.transform.dense")));
    want.addAll(parameters("", List.of("cls.predictions.transform.LayerNorm")));
    want.add("cls.predictions.bias");
    for (String table : List.of("word", "position", "token_type")) {
      want.add("bert.embeddings." + table + "_embeddings.weight");
    }

    Map<String, TensorData> model = tensors("model.safetensors");

    assertEquals(want, new TreeSet<>(model.keySet()));
    for (ParameterLayout.Parameter parameter : LAYOUT.parameters()) {
      if (!parameter.ofDecoder()) {
        double[] values = model.get(parameter.name()).toDoubles();
        assertEquals(parameter.offset(), values[0], parameter.name());
        assertEquals(parameter.offset() + parameter.size() - 1, values[values.length - 1]);
      }
    }
  }

  @Test
  void theDecoderLiesBesideIt() throws IOException {
    assertEquals(
        parameters("c_head.", OF_LAYER),
        new TreeSet<>(tensors("decoder/model.safetensors").keySet()));
  }

  @Test
  void descriptionsNameTheClassAndClsPooling() throws IOException {
    assertEquals("BertForMaskedLM", json("config.json").at("/architectures/0").asText());
    assertEquals("gelu", json("config.json").get("hidden_act").asText());
    assertTrue(json("1_Pooling/config.json").get("pooling_mode_cls_token").asBoolean());
    assertFalse(json("1_Pooling/config.json").get("pooling_mode_mean_tokens").asBoolean());
  }

  @Test
  void fineTuningTakesTheEncoderAndSaysThatHeadAndDecoderAreLeft() throws IOException {
    ParameterLayout encoder = ParameterLayout.withoutHead(SHAPE);
    for (String folder : List.of("export", "checkpoints/step-00000000-1")) {
      String path = run.resolve(folder).toString();
      StartWeights weights =
          HuggingFaceFolder.open(new Storage(new Configuration()), path).encoderWeights(encoder);
      HostVector filled = HostVector.allocate(encoder.size());
      weights.fill(filled, encoder, 1);

      assertEquals(List.of(), weights.fresh());
      String said = weights.describe();
      assertTrue(said.endsWith("; not used: c_head (16), cls.predictions (5)"), said);
      for (ParameterLayout.Parameter parameter : encoder.parameters()) {
        long first =
            LAYOUT.parameters().stream()
                .filter(p -> p.name().equals(parameter.name()))
                .findFirst()
                .orElseThrow()
                .offset();
        assertEquals(
            first, filled.whole().getFloat((int) (4 * parameter.offset())), parameter.name());
      }
    }
  }

  /** Early builds saved a bag-of-words loss of 0 for RetroMAE, too. */
  @Test
  void theCardNamesTheTermsOfItsObjectiveOnly() {
    MeanLosses losses = new MeanLosses(7, Map.of("encoder", 3.0, "bow", 0.0));
    var sums = new EvaluationSums(Map.of("bow", new EvaluationSums.Sum(0, 4)), 4);
    TrainingState state =
        new TrainingState(
            5,
            5,
            0,
            9,
            losses,
            LossWindow.EMPTY,
            new EvaluationReport(5, sums),
            Figures.NONE,
            Selection.NONE);
    RunDescription run =
        new RunDescription(
            "retromae",
            true,
            true,
            true,
            10,
            1,
            1,
            Map.of(),
            Map.of(),
            BaseModel.NONE,
            "",
            SentenceVectors.PLAIN,
            Map.of());

    String card = ModelCard.text(run, RetroMaeCard.of("retromae"), SHAPE, state);

    assertTrue(card.contains("at the last (encoder 3.0000)"), card);
    assertFalse(card.contains("bow"), card);
  }
}

package io.retromae.finetune.contrastive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.RowFrame;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.core.vocab.WordPieceTokenizer;
import io.retromae.core.vocab.WordRules;
import io.retromae.embed.encoder.EncoderFolder;
import io.retromae.embed.encoder.EncoderOptions;
import io.retromae.embed.encoder.SharedEncoder;
import io.retromae.embed.encoder.TextEncoder;
import io.retromae.finetune.contrastive.ContrastiveRule.Distillation;
import io.retromae.finetune.contrastive.ContrastiveRule.Negatives;
import io.retromae.training.bert.BatchTensors;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.bert.Pooling;
import io.retromae.training.checkpoint.CheckpointFiles;
import io.retromae.training.checkpoint.CheckpointStore;
import io.retromae.training.checkpoint.FileEntry;
import io.retromae.training.checkpoint.Share;
import io.retromae.training.checkpoint.TrainingVectors;
import io.retromae.training.huggingface.BaseModel;
import io.retromae.training.huggingface.HuggingFaceExport;
import io.retromae.training.huggingface.HuggingFaceFolder;
import io.retromae.training.huggingface.RunDescription;
import io.retromae.training.huggingface.SentenceVectors;
import io.retromae.training.huggingface.StartWeights;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.memory.HostVector;
import io.retromae.training.safetensors.Safetensors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a fine-tuned model's folder is: read back, it makes the vectors that were trained. */
class ContrastiveExportTest {
  private static final BertShape SHAPE = GoldenCase.shape();
  private static final ParameterLayout LAYOUT = ParameterLayout.withoutHead(SHAPE);
  private static final WordRules RULES = new WordRules(true, true, true);
  private static final String QUERY_PROMPT = "t5 t6: ";
  private static final int MAX_LENGTH = 20;

  @TempDir Path run;

  private final Storage storage = new Storage(new Configuration());
  private final Vocabulary vocabulary = vocabulary();

  private static Vocabulary vocabulary() {
    List<String> tokens = new ArrayList<>(Vocabulary.SPECIAL_TOKENS);
    for (int i = tokens.size(); i < SHAPE.vocabSize(); i++) {
      tokens.add("t" + i);
    }
    return Vocabulary.of(tokens);
  }

  private static ContrastiveRule rule(Pooling pooling, boolean normalize) {
    return new ContrastiveRule(
        pooling,
        normalize,
        0.05,
        Negatives.GLOBAL,
        true,
        Distillation.NONE,
        1,
        List.of(),
        1_000,
        false);
  }

  private static SentenceVectors vectors(Pooling pooling, boolean normalize) {
    return SentenceVectors.ofRetriever(pooling, normalize, QUERY_PROMPT, "");
  }

  /** Of a run that has come no further than its checkpoint. */
  private String export(ContrastiveModel model, SentenceVectors vectors) throws IOException {
    RunDescription description =
        new RunDescription(
            ContrastiveCard.METHOD,
            true,
            true,
            true,
            MAX_LENGTH,
            3,
            0,
            Map.of("pairs", 3L),
            Map.of("objective.temperature", "0.05"),
            BaseModel.NONE,
            "",
            vectors,
            Map.of("negatives drawn", 2L));
    CheckpointStore store = new CheckpointStore(storage, run.toString());
    HostVector parameters = model.parameters().fetch();
    TrainingVectors buffers =
        TrainingVectors.whole(
            parameters, HostVector.allocate(LAYOUT.size()), HostVector.allocate(LAYOUT.size()));
    List<FileEntry> files =
        store.write(
            "step-00000000-1",
            CheckpointFiles.of(Share.WHOLE, LAYOUT, buffers),
            description.files(SHAPE, LAYOUT, vocabulary));
    store.commit(TrainingState.START, 1, files, 2);
    String target = run.resolve("export").toString();
    HuggingFaceExport.write(storage, run.toString(), 0, target, method -> ContrastiveCard.card());
    return target;
  }

  private String export(Pooling pooling, boolean normalize) throws IOException {
    try (ContrastiveModel model =
        GoldenCase.model(SHAPE, rule(pooling, normalize), DataType.FLOAT32)) {
      return export(model, vectors(pooling, normalize));
    }
  }

  static Stream<Arguments> uses() {
    return Stream.of(Pooling.values())
        .flatMap(p -> Stream.of(Arguments.of(p, true), Arguments.of(p, false)));
  }

  @ParameterizedTest
  @MethodSource("uses")
  void theEncoderOfEmbedMakesTheVectorsThatWereTrained(Pooling pooling, boolean normalize)
      throws IOException {
    List<String> texts =
        List.of("t7 t8 t9", "", "t10 nowhere t11, t12", "t50 ".repeat(40), "t199", "t5 t6: t7");
    float[][] trained;
    String folder;
    ContrastiveRule rule = rule(pooling, normalize);
    try (ContrastiveModel model = GoldenCase.model(SHAPE, rule, DataType.FLOAT32)) {
      trained = trained(model, texts);
      folder = export(model, vectors(pooling, normalize));
    }

    EncoderFolder encoder = EncoderFolder.open(storage, folder);

    assertEquals(pooling, encoder.defaults().pooling());
    assertEquals(normalize, encoder.defaults().normalize());
    assertEquals(MAX_LENGTH, encoder.defaults().maxLength());
    assertEquals(Map.of("query", QUERY_PROMPT, "document", ""), encoder.defaults().prompts());
    assertEquals(normalize ? "cosine" : "dot", encoder.defaults().similarity().orElseThrow());
    try (TextEncoder texter =
        SharedEncoder.acquire(storage, encoder.spec(EncoderOptions.DEFAULTS))) {
      assertRows(trained, texter.encode(texts));
      assertReference(folder, texter);
    }
  }

  private static void assertRows(float[][] want, float[][] got) {
    for (int i = 0; i < want.length; i++) {
      assertArrayEquals(want[i], got[i], 2e-6f, "row " + i);
    }
  }

  /** With prompts and without. */
  private void assertReference(String folder, TextEncoder encoder) throws IOException {
    JsonNode rows = new ObjectMapper().readTree(Path.of(folder, "reference-vectors.json").toFile());
    int prompted = 0;
    for (JsonNode row : rows) {
      boolean query = row.path("prompt_name").asText().equals("query");
      prompted += query ? 1 : 0;
      String text = (query ? QUERY_PROMPT : "") + row.get("text").asText();
      float[][] want = new float[1][row.get("vector").size()];
      for (int i = 0; i < want[0].length; i++) {
        want[0][i] = (float) row.get("vector").get(i).asDouble();
      }
      assertRows(want, encoder.encode(List.of(text)));
    }
    assertEquals(rows.size(), 2 * prompted);
    assertTrue(prompted > 0);
  }

  /** By the script of training. */
  private float[][] trained(ContrastiveModel model, List<String> texts) {
    WordPieceTokenizer tokenizer = new WordPieceTokenizer(vocabulary, RULES);
    RowFrame frame = RowFrame.of(vocabulary, MAX_LENGTH);
    int[][] rows =
        texts.stream().map(text -> frame.frame(tokenizer.encode(text))).toArray(int[][]::new);
    TextHashes none =
        new TextHashes(new long[rows.length], new long[rows.length], new long[rows.length][0]);
    PairBatch batch = new PairBatch(rows, rows, 1, none, new double[0], false);
    try (BatchTensors arrays = model.newArrays()) {
      ContrastiveModel.Matrix pooled =
          model.newMatrix(arrays.manager(), batch.rows(), SHAPE.hiddenSize());
      for (Chunk chunk : Chunk.cut(batch, 1_000, SHAPE.padTokenId(), 0)) {
        model.vectors(chunk, pooled.array(), ContrastiveModel.NO_DROPOUT);
      }
      float[] flat =
          model
              .embeddings(arrays.manager(), pooled.array(), SHAPE.hiddenSize())
              .rows()
              .toFloatArray();
      float[][] vectors = new float[rows.length][SHAPE.hiddenSize()];
      for (int i = 0; i < vectors.length; i++) {
        System.arraycopy(flat, i * SHAPE.hiddenSize(), vectors[i], 0, SHAPE.hiddenSize());
      }
      return vectors;
    }
  }

  @Test
  void tensorsAreNamedAsHuggingFacesBertModelNamesThem() throws IOException {
    Path folder = Path.of(export(Pooling.CLS, true));

    Set<String> names;
    try (InputStream in = Files.newInputStream(folder.resolve("model.safetensors"))) {
      names = Safetensors.read("model.safetensors", in).keySet();
    }

    assertEquals(LAYOUT.parameters().size(), names.size());
    assertTrue(names.contains("embeddings.word_embeddings.weight"), names.toString());
    assertTrue(names.stream().noneMatch(name -> name.startsWith("bert.")), names.toString());
    JsonNode config = new ObjectMapper().readTree(folder.resolve("config.json").toFile());
    assertEquals("BertModel", config.at("/architectures/0").asText());
    assertFalse(Files.exists(folder.resolve("decoder")));
  }

  @Test
  void sentenceTransformersFindsModulesPromptsAndTheSimilarity() throws IOException {
    Path folder = Path.of(export(Pooling.MEAN, true));
    ObjectMapper json = new ObjectMapper();

    JsonNode modules = json.readTree(folder.resolve("modules.json").toFile());
    JsonNode pooling = json.readTree(folder.resolve("1_Pooling/config.json").toFile());
    JsonNode usage = json.readTree(folder.resolve("config_sentence_transformers.json").toFile());
    JsonNode bert = json.readTree(folder.resolve("sentence_bert_config.json").toFile());

    assertEquals(
        List.of(
            "sentence_transformers.models.Transformer",
            "sentence_transformers.models.Pooling",
            "sentence_transformers.models.Normalize"),
        modules.findValuesAsText("type"));
    assertEquals(List.of("", "1_Pooling", "2_Normalize"), modules.findValuesAsText("path"));
    assertTrue(pooling.get("pooling_mode_mean_tokens").asBoolean());
    assertFalse(pooling.get("pooling_mode_cls_token").asBoolean());
    assertFalse(pooling.has("pooling_mode_lasttoken"), "version 2.2 has no such key");
    assertEquals(SHAPE.hiddenSize(), pooling.get("word_embedding_dimension").asInt());
    assertEquals(QUERY_PROMPT, usage.at("/prompts/query").asText());
    assertEquals("cosine", usage.get("similarity_fn_name").asText());
    assertEquals(MAX_LENGTH, bert.get("max_seq_length").asInt());
  }

  private String card(Pooling pooling, boolean normalize) throws IOException {
    return Files.readString(Path.of(export(pooling, normalize), "README.md"));
  }

  @Test
  void theCardSaysOfWhatAndHowTheModelWasMade() throws IOException {
    String card = card(Pooling.CLS, true);

    assertContains(card, "3 lines:\n\n| data set | lines |\n|---|---|\n| pairs | 3 |\n");
    assertContains(card, "| what | lines |\n|---|---|\n| negatives drawn | 2 |\n");
    assertContains(card, "| `objective.temperature` | 0.05 |");
    assertContains(card, "pipeline_tag: sentence-similarity");
    assertContains(card, "Before a query goes `\"t5 t6: \"`, before a passage nothing.");
    assertContains(card, "model.encode([\"a question\"], prompt_name=\"query\")");
    assertContains(card, "max_length=20,");
    assertContains(card, "encode([\"t5 t6: \" + \"a question\"]) @ encode([\"a passage\"]).T");
    assertContains(card, "query_instruction_for_retrieval=\"t5 t6: \")");
    for (String ofBase : List.of("BertForMaskedLM", "language:", "tokens:", "decoder/")) {
      assertFalse(card.contains(ofBase), ofBase + " in " + card);
    }
  }

  private static void assertContains(String card, String part) {
    assertTrue(card.contains(part), part + " is not in " + card);
  }

  @ParameterizedTest
  @MethodSource("uses")
  void theCardsExamplesPoolAsTrainingDid(Pooling pooling, boolean normalize) throws IOException {
    String card = card(pooling, normalize);

    assertContains(
        card,
        "    vectors = "
            + switch (pooling) {
              case CLS -> "hidden[:, 0]\n";
              case MEAN -> "(hidden * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)\n";
              case LAST_TOKEN -> "hidden[torch.arange(len(texts)), mask.sum(1) - 1]\n";
            });
    assertEquals(normalize, card.contains("torch.nn.functional.normalize(vectors, dim=1)"));
    assertEquals(pooling != Pooling.LAST_TOKEN, card.contains("FlagModel"));
  }

  @Test
  void anotherRunStartsFromExportAndCheckpointAndSaysThatNothingIsFresh() throws IOException {
    String export = export(Pooling.CLS, true);
    String checkpoint = run.resolve("checkpoints/step-00000000-1").toString();
    try (ContrastiveModel model =
        GoldenCase.model(SHAPE, rule(Pooling.CLS, true), DataType.FLOAT32)) {
      HostVector trained = model.parameters().fetch();
      for (String folder : List.of(export, checkpoint)) {
        HuggingFaceFolder start = HuggingFaceFolder.open(storage, folder);
        StartWeights weights = start.encoderWeights(LAYOUT);
        HostVector filled = HostVector.allocate(LAYOUT.size());
        weights.fill(filled, LAYOUT, 1);

        assertEquals(List.of(), weights.fresh());
        assertFalse(weights.describe().contains("not used"), weights.describe());
        assertEquals(-1, filled.whole().mismatch(trained.whole()), folder);
      }
    }
  }
}

package io.retromae.finetune.merge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.embed.encoder.EncoderDefaults;
import io.retromae.embed.encoder.EncoderFolder;
import io.retromae.training.bert.Pooling;
import io.retromae.training.safetensors.Safetensors;
import io.retromae.training.safetensors.TensorData;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** On encoders of one layer and eight components, whose tensor values are known by their places. */
class MergeTest {
  private static final Storage STORAGE = new Storage(new Configuration());
  private static final String WEIGHTS = "model.safetensors";
  private static final String WORDS = "bert.embeddings.word_embeddings.weight";
  private static final String CONFIG =
      """
      {"model_type": "bert", "architectures": ["BertForMaskedLM"], "vocab_size": 12, "hidden_size": 8,
       "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16,
       "max_position_embeddings": 10, "_name_or_path": "someone/model"}
      """;

  @TempDir Path folder;

  private Path one;
  private Path two;
  private Path target;

  @BeforeEach
  void makeTwoFolders() throws IOException {
    one = make("one", i -> (float) i);
    two = make("two", i -> 2f * i);
    target = folder.resolve("merged");
  }

  /** Tensors of {@code bert-zip.bin}, which PyTorch wrote, with other values. */
  private Path make(String name, IntFunction<Float> values) throws IOException {
    Path made = Files.createDirectories(folder.resolve(name));
    pickled(made.resolve("pytorch_model.bin"));
    Files.writeString(made.resolve("config.json"), CONFIG);
    Files.writeString(
        made.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\nc\n##a\n##b\n##c\n");
    Files.writeString(made.resolve("tokenizer_config.json"), "{\"do_lower_case\": true}");
    Merge copy =
        Merge.of(STORAGE, List.of(made.toString(), made.toString()), List.of(), Optional.empty());
    copy.write(made + ".copy");
    Files.delete(made.resolve("pytorch_model.bin"));
    Map<String, TensorData> tensors = new TreeMap<>();
    tensors(folder.resolve(name + ".copy"))
        .forEach((tensor, data) -> tensors.put(tensor, filled(data.shape(), values)));
    save(made, tensors);
    return made;
  }

  private static void pickled(Path file) throws IOException {
    try (InputStream in =
        MergeTest.class.getResourceAsStream("/io/retromae/training/pickle/bert-zip.bin")) {
      Files.copy(in, file);
    }
  }

  private static TensorData filled(long[] shape, IntFunction<Float> values) {
    int size = 1;
    for (long d : shape) {
      size *= (int) d;
    }
    ByteBuffer bytes = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < size; i++) {
      bytes.putFloat(4 * i, values.apply(i));
    }
    return new TensorData("F32", shape, bytes);
  }

  private static void save(Path made, Map<String, TensorData> tensors) throws IOException {
    try (OutputStream out = Files.newOutputStream(made.resolve(WEIGHTS))) {
      Safetensors.write(out, tensors, Map.of("format", "pt"));
    }
  }

  private static Map<String, TensorData> tensors(Path made) throws IOException {
    try (InputStream in = Files.newInputStream(made.resolve(WEIGHTS))) {
      return Safetensors.read(WEIGHTS, in);
    }
  }

  private Merge merge(Double... weights) {
    return merge(Optional.empty(), weights);
  }

  private Merge merge(Optional<Pooling> pooling, Double... weights) {
    return Merge.of(STORAGE, List.of(one.toString(), two.toString()), List.of(weights), pooling);
  }

  private String refusal() {
    return assertThrows(ConfigException.class, this::merge).getMessage();
  }

  private static void assertValues(Path made, IntFunction<Float> expected) throws IOException {
    for (Map.Entry<String, TensorData> tensor : tensors(made).entrySet()) {
      TensorData wanted = filled(tensor.getValue().shape(), expected);
      assertEquals(wanted.bytes(), tensor.getValue().bytes(), tensor.getKey());
    }
  }

  @Test
  void weightsAreNormalised() throws IOException {
    merge(3.0, 1.0).write(target.toString());

    assertValues(target, i -> 1.25f * i);
    assertEquals(2, tensors(target).get(WORDS).shape().length);
  }

  @Test
  void withoutWeightsItIsThePlainMean() throws IOException {
    merge().write(target.toString());

    assertValues(target, i -> 1.5f * i);
  }

  /** A float32 sum would lose the small part: 2^24 + 1 is no float32. */
  @Test
  void sumsAreOfFloat64AndRoundedOnce() throws IOException {
    Path three = make("three", i -> 1f);
    one = make("one-large", i -> 0x1p24f);
    two = make("two-large", i -> 1f);
    Merge.of(
            STORAGE,
            List.of(one.toString(), two.toString(), three.toString()),
            List.of(1.0, 1.0, 1.0),
            Optional.empty())
        .write(target.toString());

    float expected = (float) (1 / 3.0 * 0x1p24 + 1 / 3.0 + 1 / 3.0);
    assertValues(target, i -> expected);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 2", "0.1, 0.7", "1e-9, 3"})
  void theMeanOfOneModelHasItsBits(double first, double second) throws IOException {
    IntFunction<Float> values = i -> i % 5 == 0 ? -0f : (float) Math.sin(i) * 1e-3f;
    one = make("odd", values);
    two = one;

    merge(first, second).write(target.toString());

    assertValues(target, values);
  }

  @Test
  void theRoomForSumsChangesNothing() throws IOException {
    List<String> folders = List.of(one.toString(), two.toString());
    List<Part> parts = Part.open(STORAGE, folders, List.of(0.3, 0.7));
    Map<String, TensorData> whole = new WeightedMean(parts, 1 << 20).tensors();
    Map<String, TensorData> byOne = new WeightedMean(parts, 1).tensors();

    assertEquals(whole.keySet(), byOne.keySet());
    whole.forEach((name, data) -> assertEquals(data.bytes(), byOne.get(name).bytes(), name));
  }

  @Test
  void pickledWeightsWithAHeadAreRead() throws IOException {
    Files.delete(two.resolve(WEIGHTS));
    pickled(two.resolve("pytorch_model.bin"));

    merge(1.0, 3.0).write(target.toString());

    assertValues(target, i -> (float) i); // both have i at place i
    assertFalse(tensors(target).keySet().stream().anyMatch(name -> name.contains("cls.")));
  }

  @Test
  void theSameInputsGiveTheSameBytes() throws IOException {
    merge(0.2, 0.3).write(target.toString());
    merge(0.2, 0.3).write(target + "-again");

    for (String name : List.of(WEIGHTS, "config.json", "README.md", "vocab.txt")) {
      assertArrayEquals(
          Files.readAllBytes(target.resolve(name)),
          Files.readAllBytes(Path.of(target + "-again").resolve(name)),
          name);
    }
  }

  private static void addModules(Path made, String mode) throws IOException {
    Files.createDirectories(made.resolve("1_Pooling"));
    Files.writeString(
        made.resolve("modules.json"),
        """
        [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
         {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]
        """);
    Files.writeString(
        made.resolve("1_Pooling/config.json"), "{\"pooling_mode_%s\": true}".formatted(mode));
  }

  @Test
  void sentenceTransformersFilesAreTakenFromTheFolderThatHasThem() throws IOException {
    addModules(two, "mean_tokens");
    Files.writeString(
        two.resolve("config_sentence_transformers.json"), "{\"prompts\": {\"query\": \"ask: \"}}");
    Files.writeString(two.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 9}");

    merge().write(target.toString());

    EncoderFolder merged = EncoderFolder.open(STORAGE, target.toString());
    EncoderFolder lead = EncoderFolder.open(STORAGE, two.toString());
    assertEquals(lead.defaults(), merged.defaults());
    assertEquals(Map.of("query", "ask: "), merged.defaults().prompts());
    String config = Files.readString(target.resolve("config.json"));
    assertTrue(config.contains("BertModel"), config);
    assertFalse(config.contains("someone"), config);
  }

  @Test
  void anotherInstructionIsSaidAndNotRefused() throws IOException {
    addModules(one, "cls_token");
    addModules(two, "cls_token");
    Files.writeString(
        two.resolve("config_sentence_transformers.json"), "{\"prompts\": {\"query\": \"ask: \"}}");

    List<String> lines = merge().describe();

    String expected =
        "file:%s: prompts = {query=ask: }, but file:%s has {}; the first is taken"
            .formatted(two, one);
    assertTrue(lines.contains(expected), lines.toString());
  }

  @Test
  void withoutModulesTheWarningAndTheCardSayHowVectorsAreMade() throws IOException {
    Merge merge = merge();
    merge.write(target.toString());

    List<String> warnings =
        merge.describe().stream().filter(line -> line.contains("modules.json")).toList();
    assertEquals(1, warnings.size(), warnings.toString());
    assertTrue(warnings.get(0).contains("--pooling cls"), warnings.toString());
    assertFalse(Files.exists(target.resolve("modules.json")));
    String card = Files.readString(target.resolve("README.md"));
    for (String part : List.of("models.Transformer(", ", \"cls\")", "models.Normalize()")) {
      assertTrue(card.contains(part), card);
    }
  }

  @ParameterizedTest
  @EnumSource(Pooling.class)
  void aPoolingThatIsAskedForIsWrittenDown(Pooling pooling) throws IOException {
    Files.writeString(one.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 9}");
    Merge merge = merge(Optional.of(pooling));

    merge.write(target.toString());

    EncoderDefaults how = EncoderFolder.open(STORAGE, target.toString()).defaults();
    assertEquals(List.of(), how.saidAloud().stream().filter(l -> l.contains("modules")).toList());
    assertEquals(pooling, how.pooling());
    assertTrue(how.normalize());
    assertEquals(9, how.maxLength());
    assertTrue(merge.describe().stream().noneMatch(line -> line.contains("modules.json")));
    String card = Files.readString(target.resolve("README.md"));
    assertTrue(card.contains("SentenceTransformer(\"path/to/merged\")"), card);
  }

  @Test
  void aPoolingThatAFolderContradictsIsRefused() throws IOException {
    addModules(one, "mean_tokens");

    var refusal = assertThrows(ConfigException.class, () -> merge(Optional.of(Pooling.CLS)));

    assertTrue(refusal.getMessage().contains("mean, not normalized"), refusal.getMessage());
  }

  @Test
  void theCardNamesPartsAndWeights() throws IOException {
    Files.writeString(two.resolve("README.md"), "---\nlicense: mit\n---\n");

    merge(1.0, 3.0).write(target.toString());

    String card = Files.readString(target.resolve("README.md"));
    for (String part :
        List.of("/one | someone/model | not said | 0.250000 |", "| mit | 0.750000 |")) {
      assertTrue(card.contains(part), card);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "config.json; \"num_attention_heads\": 2; \"num_attention_heads\": 4; num_attention_heads = 4",
        "config.json; \"model_type\"; \"layer_norm_eps\": 1e-5, \"model_type\"; layer_norm_eps = 1.0E-5",
        "vocab.txt; ##b; ##z; token 9 of 11 is '##z'",
        "tokenizer_config.json; true; false; do_lower_case = false"
      })
  void modelsOfTwoKindsAreRefused(String file, String from, String to, String said)
      throws IOException {
    Path path = two.resolve(file);
    Files.writeString(path, Files.readString(path).replace(from, to));

    String refusal = refusal();
    assertTrue(refusal.contains(said), refusal);
    assertTrue(refusal.contains(one.toString()) && refusal.contains(two.toString()), refusal);
  }

  @Test
  void anotherPoolingIsRefused() throws IOException {
    addModules(one, "cls_token");
    addModules(two, "mean_tokens");

    assertTrue(refusal().contains("pooling = MEAN"), refusal());
  }

  @Test
  void weightsThatDoNotFitAreRefused() {
    assertThrows(ConfigException.class, () -> merge(1.0));
    assertThrows(ConfigException.class, () -> merge(1.0, 0.0));
    assertThrows(ConfigException.class, () -> merge(1.0, Double.NaN));
    assertThrows(
        ConfigException.class,
        () -> Merge.of(STORAGE, List.of(one.toString()), List.of(), Optional.empty()));
  }

  @Test
  void damagedWeightsLeaveNothing() throws IOException {
    Map<String, TensorData> tensors = new TreeMap<>(tensors(two));
    tensors.put(WORDS, filled(tensors.get(WORDS).shape(), i -> i == 3 ? Float.NaN : 1f));
    save(two, tensors);
    Merge merge = merge();

    assertThrows(CorruptDataException.class, () -> merge.write(target.toString()));

    assertFalse(Files.exists(target));
  }

  @Test
  void aFolderThatExistsIsRefusedAndKept() throws IOException {
    Files.createDirectories(target);
    List<String> before = new ArrayList<>(List.of(target.toFile().list()));

    assertThrows(ConfigException.class, () -> merge().write(target.toString()));

    assertEquals(before, List.of(target.toFile().list()));
  }
}

package io.retromae.training.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.bert.TensorViews;
import io.retromae.training.memory.HostVector;
import io.retromae.training.safetensors.Safetensors;
import io.retromae.training.safetensors.TensorData;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceFolderTest {
  private static final BertShape SHAPE =
      new BertShape(12, 8, 1, 2, 16, 10, 2, 1e-12, 0.1, 0.1, 0.02, 0);
  private static final ParameterLayout LAYOUT = ParameterLayout.withDecoder(SHAPE, "c_head");

  @TempDir Path folder;
  private final Storage storage = new Storage(new Configuration());

  private static HostVector vector() {
    return vector(LAYOUT);
  }

  private static Map<String, TensorData> tensors(Predicate<String> kept) {
    return tensors(LAYOUT, kept);
  }

  /** Tensors whose value at flat index i is i. */
  private static Map<String, TensorData> tensors(ParameterLayout layout, Predicate<String> kept) {
    HostVector memory = vector(layout);
    for (int i = 0; i < layout.size(); i++) {
      memory.whole().putFloat(4 * i, i);
    }
    return new LinkedHashMap<>(TensorViews.view(layout, memory, "", p -> kept.test(p.name())));
  }

  private static boolean ofModel(String name) {
    return !name.startsWith("c_head");
  }

  /** A folder of these tensors. */
  private void write(Map<String, TensorData> tensors) throws IOException {
    Files.write(folder.resolve("config.json"), BertConfigJson.write(SHAPE, true));
    Files.writeString(folder.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##b\n");
    save("model.safetensors", tensors);
  }

  private void save(String name, Map<String, TensorData> tensors) throws IOException {
    Files.createDirectories(folder.resolve(name).getParent());
    try (OutputStream out = Files.newOutputStream(folder.resolve(name))) {
      Safetensors.write(out, tensors, Map.of("format", "pt"));
    }
  }

  private static Map<String, TensorData> renamed(
      Map<String, TensorData> tensors, UnaryOperator<String> rename) {
    Map<String, TensorData> renamed = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> renamed.put(rename.apply(name), tensor));
    return renamed;
  }

  private void editConfig(String text, String replacement) throws IOException {
    Path config = folder.resolve("config.json");
    String json = Files.readString(config);
    assertTrue(json.contains(text), json);
    Files.writeString(config, json.replace(text, replacement));
  }

  private HuggingFaceFolder open() {
    return HuggingFaceFolder.open(storage, folder.toString());
  }

  private StartWeights fill(HostVector memory) throws IOException {
    StartWeights weights = weights(open(), true);
    weights.fill(memory, LAYOUT, 1);
    return weights;
  }

  private String refusal() {
    return assertThrows(ConfigException.class, () -> fill(vector())).getMessage();
  }

  private static HostVector vector(ParameterLayout layout) {
    return HostVector.allocate(layout.size());
  }

  private static TensorData floats(int... shape) {
    int size = Arrays.stream(shape).reduce(1, (x, y) -> x * y);
    long[] dimensions = Arrays.stream(shape).asLongStream().toArray();
    return new TensorData("F32", dimensions, ByteBuffer.allocate(4 * size));
  }

  /** As F16 or BF16, both of which hold small whole numbers exactly. */
  private static TensorData halved(TensorData tensor, String dtype) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * tensor.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < tensor.size(); i++) {
      int bits = Float.floatToIntBits(tensor.bytes().getFloat(4 * i));
      int exponent = (bits >>> 23 & 0xff) - 127 + 15;
      int half = bits == 0 ? 0 : bits >>> 16 & 0x8000 | exponent << 10 | bits >>> 13 & 0x3ff;
      bytes.putShort(2 * i, (short) (dtype.equals("BF16") ? bits >>> 16 : half));
    }
    return new TensorData(dtype, tensor.shape(), bytes);
  }

  private static void assertTaken(HostVector memory, String prefix) {
    for (ParameterLayout.Parameter p : LAYOUT.parameters()) {
      if (p.name().startsWith(prefix)) {
        assertEquals(p.offset(), memory.whole().getFloat((int) (4 * p.offset())), p.name());
      }
    }
  }

  private static StartWeights weights(HuggingFaceFolder folder, boolean decoder) {
    return folder.weights(ParameterLayout.withDecoder(folder.shape(), "c_head"), decoder);
  }

  @Test
  void aMaskedLmIsTakenWholeAndOnlyTheDecoderIsFresh() throws IOException {
    write(tensors(HuggingFaceFolderTest::ofModel));
    HostVector memory = vector();

    StartWeights weights = fill(memory);

    assertEquals(SHAPE, open().shape());
    assertTaken(memory, "bert.");
    assertTaken(memory, "cls.");
    assertEquals("from %s: 26 tensors; fresh: c_head (16)".formatted(folder), weights.describe());
  }

  @Test
  void aBareEncoderWithOldNamesIsTakenAndTheHeadIsFresh() throws IOException {
    write(
        renamed(
            tensors(name -> name.startsWith("bert.")),
            name ->
                name.substring("bert.".length())
                    .replace("LayerNorm.weight", "LayerNorm.gamma")
                    .replace("LayerNorm.bias", "LayerNorm.beta")));
    HostVector memory = vector();

    StartWeights weights = fill(memory);

    assertTaken(memory, "bert.");
    assertTrue(
        weights.describe().endsWith("21 tensors; fresh: c_head (16), cls.predictions (5)"),
        weights.describe());
  }

  @Test
  void tensorsWithoutUseAreCountedAndNamed() throws IOException {
    Map<String, TensorData> tensors = tensors(HuggingFaceFolderTest::ofModel);
    tensors.put("bert.pooler.dense.weight", floats(8, 8));
    tensors.put("bert.pooler.dense.bias", floats(8));
    tensors.put("cls.seq_relationship.weight", floats(2, 8));
    tensors.put(
        "bert.embeddings.position_ids",
        new TensorData("I64", new long[] {1, 10}, ByteBuffer.allocate(80)));
    write(tensors);

    String line = fill(vector()).describe();

    assertTrue(
        line.endsWith(
            "not used: bert.embeddings.position_ids (1), bert.pooler (2), cls.seq_relationship (1)"),
        line);
  }

  @Test
  void anExportGivesItsDecoderUnlessAFreshOneIsWanted() throws IOException {
    write(tensors(HuggingFaceFolderTest::ofModel));
    save("decoder/model.safetensors", tensors(name -> name.startsWith("c_head")));
    HostVector memory = vector();

    StartWeights weights = fill(memory);
    StartWeights fresh = weights(open(), false);

    assertTaken(memory, "c_head.");
    assertEquals(
        "from %s: 42 tensors, 16 of them the decoder's".formatted(folder), weights.describe());
    assertEquals(
        "from %s: 26 tensors; fresh: c_head (16); not used: c_head (16)".formatted(folder),
        fresh.describe());
  }

  @Test
  void halfADecoderIsRefused() throws IOException {
    write(tensors(HuggingFaceFolderTest::ofModel));
    save("decoder/model.safetensors", tensors(name -> name.startsWith("c_head.output")));

    assertTrue(refusal().contains("lacks c_head."), refusal());
    assertTrue(refusal().contains("init.decoder: fresh"), refusal());
  }

  @Test
  void partsOfAShardedModelAreReadTogether() throws IOException {
    write(tensors(name -> name.startsWith("bert.")));
    Files.move(folder.resolve("model.safetensors"), folder.resolve("model-1.safetensors"));
    save("model-2.safetensors", tensors(name -> name.startsWith("cls.")));
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"a\": \"model-1.safetensors\", \"b\": \"model-2.safetensors\"}}");
    HostVector memory = vector();

    fill(memory);

    assertTaken(memory, "bert.");
    assertTaken(memory, "cls.");
    Files.delete(folder.resolve("model-2.safetensors"));
    assertTrue(refusal().contains("model-2.safetensors, which is not there"), refusal());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../model-1.safetensors", "/model-1.safetensors", "sub/model-1.safetensors",
        ".safetensors", "model-1.bin", ""
      })
  void anIndexThatNamesFilesElsewhereIsRefused(String name) throws IOException {
    write(tensors(HuggingFaceFolderTest::ofModel));
    Files.move(folder.resolve("model.safetensors"), folder.resolve("model-1.safetensors"));
    Path index = folder.resolve("model.safetensors.index.json");
    Files.writeString(index, "{\"weight_map\": {\"a\": \"%s\"}}".formatted(name));

    var failure = assertThrows(CorruptDataException.class, () -> weights(open(), true));

    assertTrue(
        failure.getMessage().contains("index.json: weight_map is '%s'".formatted(name)),
        failure.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"F16", "BF16"})
  void halfPrecisionBecomesFloat32(String dtype) throws IOException {
    Map<String, TensorData> tensors = tensors(HuggingFaceFolderTest::ofModel);
    String bias = "cls.predictions.transform.LayerNorm.bias";
    ByteBuffer values = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 8; i++) {
      values.putFloat(4 * i, 0.25f * i - 1);
    }
    tensors.put(bias, halved(new TensorData("F32", new long[] {8}, values), dtype));
    write(tensors);
    HostVector memory = vector();

    StartWeights weights = fill(memory);

    ParameterLayout.Parameter parameter =
        LAYOUT.parameters().stream().filter(p -> p.name().equals(bias)).findFirst().orElseThrow();
    for (int i = 0; i < 8; i++) {
      assertEquals(0.25f * i - 1, memory.whole().getFloat((int) (4 * (parameter.offset() + i))));
    }
    assertTrue(weights.describe().endsWith("; " + dtype + " to F32"), weights.describe());
  }

  @Test
  void aTiedTableAndASecondBiasMustBeCopies() throws IOException {
    Map<String, TensorData> tensors = tensors(HuggingFaceFolderTest::ofModel);
    TensorData words = tensors.get("bert.embeddings.word_embeddings.weight");
    tensors.put("cls.predictions.decoder.weight", words);
    tensors.put("cls.predictions.decoder.bias", tensors.get("cls.predictions.bias"));
    write(tensors);

    String line = fill(vector()).describe();

    assertTrue(line.endsWith("26 tensors; fresh: c_head (16)"), line);
    tensors.put("cls.predictions.decoder.weight", floats(12, 8));
    write(tensors);
    assertTrue(refusal().contains("cls.predictions.decoder.weight differs from"), refusal());
  }

  @Test
  void theHeadsBiasIsFoundUnderItsOtherName() throws IOException {
    Map<String, TensorData> tensors = tensors(HuggingFaceFolderTest::ofModel);
    tensors.put("cls.predictions.decoder.bias", tensors.remove("cls.predictions.bias"));
    write(tensors);
    HostVector memory = vector();

    fill(memory);

    assertTaken(memory, "cls.");
  }

  @Test
  void aLongerPositionTableRepeatsTheKnownRows() throws IOException {
    write(tensors(HuggingFaceFolderTest::ofModel));
    HuggingFaceFolder longer = open().withPositions(25);
    ParameterLayout layout = ParameterLayout.withDecoder(longer.shape(), "c_head");
    HostVector memory = vector(layout);

    StartWeights weights = weights(longer, true);
    weights.fill(memory, layout, 1);

    ParameterLayout.Parameter positions = layout.parameters().get(1);
    ParameterLayout.Parameter known = LAYOUT.parameters().get(1);
    for (int row = 0; row < 25; row++) {
      float first = memory.whole().getFloat((int) (4 * (positions.offset() + row * 8)));
      assertEquals(known.offset() + row % 10 * 8, first, "row " + row);
    }
    assertTrue(weights.describe().endsWith("positions 10 -> 25 by copying"), weights.describe());
    byte[] config = BertConfigJson.write(longer.shape(), true);
    assertEquals(25, BertConfigJson.read("config.json", config).maxPositionEmbeddings());
  }

  @Test
  void aShorterPositionTableIsRefused() throws IOException {
    write(tensors(HuggingFaceFolderTest::ofModel));

    var refusal = assertThrows(ConfigException.class, () -> open().withPositions(9));

    assertTrue(refusal.getMessage().contains("init.max_position_embeddings = 9"));
  }

  @Test
  void aPaddedWordTableKeepsItsRowsAndASmallerOneIsRefused() throws IOException {
    write(tensors(HuggingFaceFolderTest::ofModel));

    assertEquals(7, open().vocabulary().size());
    assertEquals(12, open().shape().vocabSize());
    editConfig("\"vocab_size\" : 12", "\"vocab_size\" : 6");
    assertTrue(refusal().contains("vocab_size = 6"), refusal());
  }

  @Test
  void specialTokensAreFoundByTheNamesTheFolderGives() throws IOException {
    write(tensors(HuggingFaceFolderTest::ofModel));
    Files.writeString(folder.resolve("vocab.txt"), "a\n<s>\n</s>\n<m>\n##b\n[UNK]\n<p>\n");
    Files.writeString(
        folder.resolve("special_tokens_map.json"),
        "{\"cls_token\": \"<s>\", \"sep_token\": {\"content\": \"</s>\"},"
            + " \"mask_token\": \"<m>\", \"pad_token\": \"<p>\"}");

    HuggingFaceFolder opened = open();

    assertEquals(1, opened.vocabulary().clsId());
    assertEquals(2, opened.vocabulary().sepId());
    assertEquals(3, opened.vocabulary().maskId());
    assertEquals(6, opened.shape().padTokenId());
  }

  @Test
  void anEncoderWithAHoleIsRefusedByName() throws IOException {
    write(tensors(name -> !name.equals("bert.embeddings.LayerNorm.bias")));

    assertTrue(refusal().contains("lacks bert.embeddings.LayerNorm.bias"), refusal());
  }

  @ParameterizedTest
  @CsvSource({
    "model_type, bert, roberta, whole words could not be masked",
    "model_type, bert, distilbert, no token types",
    "model_type, bert, electra, no MLM head",
    "model_type, bert, modernbert, other encoders",
    "hidden_act, gelu, gelu_new, exact gelu",
    "hidden_act, gelu, relu, exact gelu",
    "position_embedding_type, absolute, relative_key, not computed"
  })
  void anotherKindOfModelIsRefusedWithTheReason(
      String key, String value, String other, String reason) throws IOException {
    write(tensors(name -> true));
    editConfig("\"%s\" : \"%s\"".formatted(key, value), "\"%s\" : \"%s\"".formatted(key, other));

    assertTrue(refusal().contains(key + " = " + other), refusal());
    assertTrue(refusal().contains(reason), refusal());
  }

  @Test
  void aConfigurationWithoutModelTypeIsJudgedByItsArchitecture() throws IOException {
    write(tensors(HuggingFaceFolderTest::ofModel));
    editConfig("\"model_type\" : \"bert\",", "");

    assertEquals(SHAPE, open().shape());
    editConfig("BertForMaskedLM", "RobertaForMaskedLM");
    assertTrue(refusal().contains("model_type = RobertaForMaskedLM"), refusal());
  }

  @Test
  void aFolderWithoutWeightsIsRefusedWithTheWayOut() throws IOException {
    write(tensors(name -> true));
    Files.delete(folder.resolve("model.safetensors"));

    assertTrue(refusal().contains("holds neither model.safetensors nor"), refusal());
  }

  private void writePickled(String golden, String name) throws IOException {
    write(tensors(tensor -> true));
    Files.delete(folder.resolve("model.safetensors"));
    try (InputStream in =
        HuggingFaceFolderTest.class.getResourceAsStream("/io/retromae/training/pickle/" + golden)) {
      Files.copy(in, folder.resolve(name));
    }
  }

  /** Value i of each tensor is i. */
  private static void assertCounted(HostVector memory) {
    for (ParameterLayout.Parameter p : LAYOUT.parameters()) {
      for (int i = 0; i < p.size() && !p.ofDecoder(); i++) {
        assertEquals(i, memory.whole().getFloat((int) (4 * (p.offset() + i))), p.name());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-zip.bin", "bert-legacy.bin"})
  void whatPyTorchPickledIsTaken(String golden) throws IOException {
    writePickled(golden, "pytorch_model.bin");
    HostVector memory = vector();

    StartWeights weights = fill(memory);

    assertCounted(memory);
    assertEquals("from %s: 26 tensors; fresh: c_head (16)".formatted(folder), weights.describe());
    save("model.safetensors", tensors(HuggingFaceFolderTest::ofModel));
    assertTrue(
        fill(vector()).describe().endsWith("not read, safetensors go first: pytorch_model.bin"));
  }

  @Test
  void partsThatPyTorchPickledAreTaken() throws IOException {
    writePickled("bert-legacy.bin", "pytorch_model-00001-of-00001.bin");
    Files.writeString(
        folder.resolve("pytorch_model.bin.index.json"),
        "{\"weight_map\": {\"a\": \"pytorch_model-00001-of-00001.bin\"}}");
    HostVector memory = vector();

    fill(memory);

    assertCounted(memory);
  }

  @Test
  void aCheckpointGivesItsDecoderToo() throws IOException {
    write(tensors(HuggingFaceFolderTest::ofModel));
    save("decoder.safetensors", tensors(name -> name.startsWith("c_head")));
    HostVector memory = vector();

    StartWeights weights = fill(memory);

    assertTaken(memory, "c_head.");
    assertTrue(weights.describe().endsWith("16 of them the decoder's"), weights.describe());
  }

  @Test
  void aRunsFolderIsRefusedWithItsExport() throws IOException {
    Files.createDirectories(folder.resolve("export"));
    Files.writeString(folder.resolve("export/config.json"), "{}");

    assertTrue(refusal().contains(folder + "/export"), refusal());
  }

  private String corruption() {
    return assertThrows(CorruptDataException.class, () -> weights(open(), true).check())
        .getMessage();
  }

  @Test
  void halfAFileIsRefusedBeforeItIsRead() throws IOException {
    write(tensors(HuggingFaceFolderTest::ofModel));
    Path file = folder.resolve("model.safetensors");
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {whole.length / 2, whole.length - 1, whole.length + 1}) {
      Files.write(file, Arrays.copyOf(whole, length));

      var refusal = assertThrows(CorruptDataException.class, () -> weights(open(), true));

      assertTrue(
          refusal.getMessage().contains("header speaks of %,d".formatted(whole.length)),
          refusal.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({"NaN, F32", "Infinity, F32", "-Infinity, F32", "1e300, F64"})
  void aWeightThatIsNoNumberIsRefusedByName(double value, String dtype) throws IOException {
    Map<String, TensorData> tensors = tensors(HuggingFaceFolderTest::ofModel);
    ByteBuffer bytes = ByteBuffer.allocate(8 * TensorData.width(dtype));
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    if (dtype.equals("F32")) {
      bytes.putFloat(12, (float) value);
    } else {
      bytes.putDouble(24, value);
    }
    String name = "bert.encoder.layer.0.output.dense.bias";
    tensors.put(name, new TensorData(dtype, new long[] {8}, bytes));
    write(tensors);

    String message = corruption();

    assertTrue(message.contains("value 3 of " + name), message);
  }

  @Test
  void anUntiedHeadIsRefusedByTheCheckAlone() throws IOException {
    Map<String, TensorData> tensors = tensors(HuggingFaceFolderTest::ofModel);
    tensors.put("cls.predictions.decoder.weight", floats(12, 8));
    write(tensors);

    var refusal = assertThrows(ConfigException.class, () -> weights(open(), true).check());

    assertTrue(refusal.getMessage().contains("one table for both"), refusal.getMessage());
  }

  @Test
  void layersThatTheConfigurationDoesNotKnowAreRefused() throws IOException {
    Map<String, TensorData> tensors = tensors(HuggingFaceFolderTest::ofModel);
    tensors.put("bert.encoder.layer.1.output.dense.bias", floats(8));
    write(tensors);

    assertTrue(refusal().contains("more layers than num_hidden_layers"), refusal());
  }

  @ParameterizedTest
  @CsvSource({
    "num_hidden_layers, 1, 2147483647, at most 1024",
    "num_hidden_layers, 1, 99999999999999, whole number",
    "num_hidden_layers, 1, \"twelve\", whole number",
    "num_hidden_layers, 1, 0, at least 1",
    "num_hidden_layers, 1, -3, at least 1",
    "num_hidden_layers, 1, 1.5, whole number",
    "hidden_size, 8, 2147483640, at most 65536",
    "num_attention_heads, 2, 2147483647, multiple of num_attention_heads",
    "vocab_size, 12, 2147483647, at most 16777216",
    "max_position_embeddings, 10, 2147483647, at most 1048576",
    "intermediate_size, 16, 2147483647, at most 1048576",
    "type_vocab_size, 2, 2147483647, at most 1024",
    "hidden_dropout_prob, 0.1, 1.5, below 1",
    "layer_norm_eps, 1.0E-12, 0, above 0",
    "initializer_range, 0.02, \"x\", must be a number"
  })
  void sizesHaveBounds(String key, String value, String other, String reason) throws IOException {
    write(tensors(HuggingFaceFolderTest::ofModel));
    editConfig("\"%s\" : %s".formatted(key, value), "\"%s\" : %s".formatted(key, other));

    assertTrue(refusal().contains(key + " = " + other), refusal());
    assertTrue(refusal().contains(reason), refusal());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"is_decoder\": true", "\"auto_map\": {\"AutoModel\": \"x.Y\"}"})
  void aBertThatComputesSomethingElseIsRefused(String entry) throws IOException {
    write(tensors(HuggingFaceFolderTest::ofModel));
    editConfig("\"model_type\"", entry + ", \"model_type\"");

    assertTrue(refusal().contains(entry.split("\"")[1]), refusal());
  }
}

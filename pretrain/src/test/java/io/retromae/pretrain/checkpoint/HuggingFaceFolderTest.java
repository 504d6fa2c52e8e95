package io.retromae.pretrain.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.model.BertShape;
import io.retromae.pretrain.model.FlatTensors;
import io.retromae.pretrain.model.ParameterLayout;
import io.retromae.pretrain.safetensors.Safetensors;
import io.retromae.pretrain.safetensors.TensorData;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HuggingFaceFolderTest {
  private static final BertShape SHAPE =
      new BertShape(12, 8, 1, 2, 16, 10, 2, 1e-12, 0.1, 0.1, 0.02, 0);
  private static final ParameterLayout LAYOUT = ParameterLayout.of(SHAPE);

  @TempDir Path folder;
  private final Storage storage = new Storage(new Configuration());

  private static ByteBuffer vector() {
    return ByteBuffer.allocate((int) LAYOUT.size() * 4).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A folder whose value at flat index i is i, under names changed by {@code rename}. */
  private void write(UnaryOperator<String> rename, java.util.function.Predicate<String> kept)
      throws IOException {
    ByteBuffer memory = vector();
    for (int i = 0; i < LAYOUT.size(); i++) {
      memory.putFloat(4 * i, i);
    }
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    FlatTensors.view(LAYOUT, memory, "", p -> kept.test(p.name()))
        .forEach((name, tensor) -> tensors.put(rename.apply(name), tensor));
    Files.write(folder.resolve("config.json"), BertConfigJson.write(SHAPE));
    try (OutputStream out = Files.newOutputStream(folder.resolve("model.safetensors"))) {
      Safetensors.write(out, tensors, Map.of("format", "pt"));
    }
  }

  private List<String> fill(ByteBuffer memory) throws IOException {
    return HuggingFaceFolder.open(storage, folder.toString()).fill(memory, LAYOUT, 1);
  }

  private static void assertTaken(ByteBuffer memory, String prefix) {
    for (ParameterLayout.Parameter p : LAYOUT.parameters()) {
      if (p.name().startsWith(prefix)) {
        assertEquals(p.offset(), memory.getFloat((int) (4 * p.offset())), p.name());
      }
    }
  }

  @Test
  void aMaskedLmIsTakenWholeAndOnlyTheDecoderIsFresh() throws IOException {
    write(name -> name, name -> !name.startsWith("c_head"));
    ByteBuffer memory = vector();

    List<String> fresh = fill(memory);

    assertEquals(SHAPE, HuggingFaceFolder.open(storage, folder.toString()).shape());
    assertTaken(memory, "bert.");
    assertTaken(memory, "cls.");
    assertTrue(fresh.stream().allMatch(name -> name.startsWith("c_head.")), fresh.toString());
  }

  @Test
  void aBareEncoderWithOldNamesIsTakenAndTheHeadIsFresh() throws IOException {
    write(
        name ->
            name.substring("bert.".length())
                .replace("LayerNorm.weight", "LayerNorm.gamma")
                .replace("LayerNorm.bias", "LayerNorm.beta"),
        name -> name.startsWith("bert."));
    ByteBuffer memory = vector();

    List<String> fresh = fill(memory);

    assertTaken(memory, "bert.");
    assertTrue(fresh.contains("cls.predictions.bias"), fresh.toString());
  }

  @Test
  void anEncoderWithAHoleIsRefusedByName() throws IOException {
    write(name -> name, name -> !name.equals("bert.embeddings.LayerNorm.bias"));

    var refusal = assertThrows(ConfigException.class, () -> fill(vector()));

    assertTrue(refusal.getMessage().contains("lacks bert.embeddings.LayerNorm.bias"));
  }

  @Test
  void anotherKindOfModelIsRefused() throws IOException {
    write(name -> name, name -> true);
    Path config = folder.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"model_type\" : \"bert\"", "\"model_type\" : \"roberta\""));

    var refusal = assertThrows(ConfigException.class, () -> fill(vector()));

    assertTrue(refusal.getMessage().contains("model_type = roberta"), refusal.getMessage());
  }

  @Test
  void aFolderWithoutSafetensorsIsRefusedWithTheWayOut() throws IOException {
    Files.write(folder.resolve("config.json"), BertConfigJson.write(SHAPE));

    var refusal = assertThrows(ConfigException.class, () -> fill(vector()));

    assertTrue(refusal.getMessage().contains("safe_serialization=True"), refusal.getMessage());
  }
}

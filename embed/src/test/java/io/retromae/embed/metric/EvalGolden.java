package io.retromae.embed.metric;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.training.safetensors.Safetensors;
import io.retromae.training.safetensors.TensorData;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** The recorded scores of {@code -Dfinetune.golden.dir}, folder {@code eval}. */
public final class EvalGolden {
  private static final Path FOLDER =
      Path.of(System.getProperty("finetune.golden.dir")).resolve("eval");

  private EvalGolden() {}

  /** A file of the folder. */
  public static JsonNode json(String name) {
    try {
      return new ObjectMapper().readTree(FOLDER.resolve(name).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The matrices of {@code vectors.safetensors}, shape [N, D]. */
  public static float[][] vectors(String name) {
    Path file = FOLDER.resolve("vectors.safetensors");
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      TensorData tensor = Safetensors.read(name, in).get(name);
      double[] values = tensor.toDoubles();
      float[][] rows = new float[(int) tensor.shape()[0]][(int) tensor.shape()[1]];
      for (int i = 0; i < values.length; i++) {
        rows[i / rows[0].length][i % rows[0].length] = (float) values[i];
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The elements of an array or an object. */
  public static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  /** The members of an object, in their order. */
  public static Map<String, JsonNode> members(JsonNode object) {
    Map<String, JsonNode> members = new LinkedHashMap<>();
    object.fieldNames().forEachRemaining(name -> members.put(name, object.get(name)));
    return members;
  }

  /** An array of numbers; null is NaN. */
  public static double[] doubles(JsonNode array) {
    return list(array).stream().mapToDouble(EvalGolden::number).toArray();
  }

  /** A number; null is NaN, undefined. */
  public static double number(JsonNode node) {
    return node.isNull() ? Double.NaN : node.asDouble();
  }

  /** An array of integers. */
  public static int[] ints(JsonNode array) {
    return list(array).stream().mapToInt(JsonNode::asInt).toArray();
  }

  /** An array of 0 and 1, or of truth values. */
  public static boolean[] booleans(JsonNode array) {
    List<JsonNode> nodes = new ArrayList<>(list(array));
    boolean[] values = new boolean[nodes.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = nodes.get(i).asBoolean();
    }
    return values;
  }
}

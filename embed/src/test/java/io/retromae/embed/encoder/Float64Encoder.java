package io.retromae.embed.encoder;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import io.retromae.training.bert.BatchTensors;
import io.retromae.training.bert.BertModel;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.bert.Pooling;
import io.retromae.training.bert.Script;
import io.retromae.training.bert.TokenRows;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.safetensors.Safetensors;
import io.retromae.training.safetensors.TensorData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** The encoder in float64, to compare with recorded numbers. */
final class Float64Encoder extends BertModel {
  private Float64Encoder(BertShape shape) {
    super(
        shape,
        ParameterLayout.withoutHead(shape),
        Script.encoder(shape, Compute.CPU),
        DataType.FLOAT64,
        Compute.CPU);
  }

  static Float64Encoder load(Path folder, BertShape shape) throws IOException {
    Path file = folder.resolve("model.safetensors");
    Float64Encoder model = new Float64Encoder(shape.withoutDropout());
    try (InputStream in = Files.newInputStream(file)) {
      Map<String, TensorData> weights = Safetensors.read(file.toString(), in);
      for (ParameterLayout.Parameter parameter : model.layout().parameters()) {
        ByteBuffer memory = model.parameters().fetch().slice(parameter.offset(), parameter.size());
        Arrays.stream(weights.get(parameter.name()).toDoubles()).forEach(memory::putDouble);
      }
    }
    return model;
  }

  /** Of one row with special tokens. */
  double[] pooled(int[] row, Pooling pooling) {
    long[] ids = Arrays.stream(row).asLongStream().toArray();
    TokenRows rows = new TokenRows(row.length, ids, new long[] {row.length});
    try (BatchTensors batch = tensors(rows)) {
      NDList arguments = arguments(batch);
      long[] first = {pooling.first(row.length)};
      long[] end = {pooling.end(row.length)};
      arguments.add(named("b.first", batch.manager().create(first)));
      arguments.add(named("b.end", batch.manager().create(end)));
      return doubles(call(batch.manager(), "mean_embeddings", arguments).get(0));
    }
  }
}

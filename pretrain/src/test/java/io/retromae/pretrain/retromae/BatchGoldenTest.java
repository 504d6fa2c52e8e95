package io.retromae.pretrain.retromae;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.RowFrame;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.pretrain.batch.SampleRow;
import io.retromae.pretrain.masking.DecoderVisibility;
import io.retromae.pretrain.masking.TokenKinds;
import io.retromae.training.safetensors.Safetensors;
import io.retromae.training.safetensors.TensorData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** The parts of a batch that chance has no part in, against the recorded ones. */
class BatchGoldenTest {
  private static final Path FOLDER = Path.of(System.getProperty("retromae.golden.dir"));

  @Test
  void idsLabelsLengthsAndBagsEqualTheReference() throws IOException {
    JsonNode json = new ObjectMapper().readTree(FOLDER.resolve("batches/sentences.json").toFile());
    Map<String, List<SampleRow>> batches = new LinkedHashMap<>();
    for (JsonNode sentence : json.get("sentences")) {
      int[] ids =
          StreamSupport.stream(sentence.get("token_ids").spliterator(), false)
              .mapToInt(JsonNode::asInt)
              .toArray();
      batches
          .computeIfAbsent(sentence.get("batch").asText(), b -> new ArrayList<>())
          .add(new SampleRow(batches.size(), 0, ids));
    }
    BatchBuilder builder = new BatchBuilder(rule(json.get("max_seq_length").asInt()));
    for (Map.Entry<String, List<SampleRow>> batch : batches.entrySet()) {
      String name = batch.getKey().equals("single") ? "special" : batch.getKey();

      assertEqual(name, builder.build(batch.getValue(), 0));
    }
  }

  private static BatchRule rule(int maxSeqLength) {
    Vocabulary vocabulary =
        Vocabulary.load(new Storage(new Configuration()), FOLDER.resolve("tiny").toString());
    return new BatchRule(
        TokenKinds.of(vocabulary),
        RowFrame.of(vocabulary, maxSeqLength),
        vocabulary.size(),
        0.3,
        new DecoderVisibility.Rule(0.5, 256),
        true,
        42);
  }

  private static void assertEqual(String name, BatchArrays got) throws IOException {
    Map<String, TensorData> want;
    Path file = FOLDER.resolve("batches/" + name + ".safetensors");
    try (InputStream in = Files.newInputStream(file)) {
      want = Safetensors.read(name, in);
    }
    int[] ids = want.get("decoder_input_ids").toInts();
    int[] labels = want.get("decoder_labels").toInts();
    int[] mask = want.get("encoder_attention_mask").toInts();
    assertEquals(ids.length, got.decoderInputIds().length, name);
    for (int i = 0; i < ids.length; i++) {
      assertEquals(ids[i], got.decoderInputIds()[i], name + " id " + i);
      assertEquals(labels[i], got.decoderLabels()[i], name + " label " + i);
      boolean token = i % got.length() < got.lengths()[i / got.length()];
      assertEquals(mask[i] == 1, token, name + " attention mask " + i);
    }
    double[] weights = want.get("bag_word_weight").toDoubles();
    double[] ours = new double[weights.length];
    for (int i = 0; i < got.bowIndex().length; i++) {
      ours[(int) got.bowIndex()[i]] = got.bowWeight()[i];
    }
    for (int i = 0; i < weights.length; i++) {
      assertEquals(weights[i], ours[i], name + " bag of words " + i);
    }
  }
}

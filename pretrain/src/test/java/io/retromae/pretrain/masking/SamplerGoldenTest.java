package io.retromae.pretrain.masking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.Vocabulary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sampler against what the reference collator was seen to do. */
class SamplerGoldenTest {
  private static final Path FOLDER = Path.of(System.getProperty("retromae.golden.dir"));
  private static final Vocabulary VOCABULARY =
      Vocabulary.load(new Storage(new Configuration()), FOLDER.resolve("tiny").toString());
  private static final TokenKinds KINDS = TokenKinds.of(VOCABULARY);
  private static final double ENCODER = 0.3;
  private static final double DECODER = 0.5;
  private static final int CALLS = 2_000;

  private static JsonNode json(String name) {
    try {
      return new ObjectMapper().readTree(FOLDER.resolve("collator").resolve(name).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  @Test
  void budgetsEqualTheTable() {
    JsonNode table = json("num_to_predict.json").get("table");
    table
        .fieldNames()
        .forEachRemaining(
            ratio -> {
              int[] want = ints(table.get(ratio));
              for (int i = 0; i < want.length; i++) {
                int got = WholeWordMask.budget(i + 2, Double.parseDouble(ratio));
                assertEquals(want[i], got, "length " + (i + 2) + " ratio " + ratio);
              }
            });
  }

  @Test
  void masksEqualTheRecordedOnesForTheSameWordOrder() {
    for (JsonNode recorded : json("whole_word_mask_cases.json")) {
      int[] row =
          StreamSupport.stream(recorded.get("tokens").spliterator(), false)
              .mapToInt(token -> VOCABULARY.id(token.asText()).orElseThrow())
              .toArray();
      WholeWordMask drawing = new WholeWordMask();
      drawing.begin(row, KINDS, context(0).random(MaskingContext.DECODER));
      WordGroups words = drawing.words();
      String where = recorded.get("row").asText() + " p=" + recorded.get("p").asText();

      assertEquals(
          recorded.get("word_groups").toString(), groups(words).toString().replace(" ", ""));
      int budget = WholeWordMask.budget(row.length, recorded.get("p").asDouble());
      int[] order = ints(recorded.get("word_order"));
      BitSet hidden = BitSet.valueOf(drawing.hide(budget, i -> order[i]));

      int[] want = ints(recorded.get("mask"));
      for (int i = 0; i < want.length; i++) {
        assertEquals(want[i] == 1, hidden.get(i), where + " position " + i);
      }
    }
  }

  private static List<List<Integer>> groups(WordGroups words) {
    List<List<Integer>> groups = new ArrayList<>();
    for (int word = 0; word < words.count(); word++) {
      List<Integer> group = new ArrayList<>();
      for (int i = 0; i < words.size(word); i++) {
        group.add(words.position(word, i));
      }
      groups.add(group);
    }
    return groups;
  }

  static Stream<String> rows() {
    List<String> names = new ArrayList<>();
    json("stats.json").get("rows").fieldNames().forEachRemaining(names::add);
    return names.stream();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void encoderStatisticsEqualTheReference(String name) {
    JsonNode recorded = json("stats.json").get("rows").get(name);
    JsonNode want = recorded.get("stats");
    int[] row = frame(ints(recorded.get("token_ids")));
    int calls = calls(row);
    EncoderMasking encoder = new EncoderMasking(ENCODER);
    long[] inputs = new long[row.length];
    long[] labels = new long[row.length];
    int[] selectedAt = new int[row.length];
    long masked = 0;
    long changed = 0;
    long selected = 0;
    for (int call = 0; call < calls; call++) {
      encoder.mask(row, context(call), new EncoderMasking.Target(inputs, labels, 0));
      int count = 0;
      for (int i = 0; i < row.length; i++) {
        if (labels[i] == EncoderMasking.NO_LABEL) {
          assertEquals(row[i], inputs[i], "a token without label stays");
          continue;
        }
        assertEquals(row[i], labels[i]);
        count++;
        selectedAt[i]++;
        masked += inputs[i] == VOCABULARY.maskId() ? 1 : 0;
        changed += inputs[i] != VOCABULARY.maskId() && inputs[i] != row[i] ? 1 : 0;
      }
      selected += count;
      assertTrue(count >= want.at("/encoder_masked/min").asInt() - slack(want), name);
      assertTrue(count <= want.at("/encoder_masked/max").asInt() + slack(want), name);
    }
    JsonNode byPosition = want.get("encoder_mask_prob_by_position");
    for (int i = 0; i < row.length; i++) {
      close(
          byPosition.get(i).asDouble(),
          (double) selectedAt[i] / calls,
          want,
          calls,
          name + " " + i);
    }
    double recordedTotal = want.at("/encoder_replacement/selected_total").asDouble();
    if (recordedTotal > 0) {
      double share = 5 * Math.sqrt(0.16 * (1 / recordedTotal + 1.0 / selected)) + 0.002;
      assertEquals(
          want.at("/encoder_replacement/mask").asDouble(), (double) masked / selected, share, name);
      assertEquals(
          want.at("/encoder_replacement/random_changed").asDouble(),
          (double) changed / selected,
          share,
          name);
    }
  }

  /** Where counts vary from call to call, a longer run may see more extreme ones. */
  private static int slack(JsonNode want) {
    return want.at("/encoder_masked/std").asDouble() > 0 ? 2 : 0;
  }

  @ParameterizedTest
  @MethodSource("rows")
  void decoderStatisticsEqualTheReference(String name) {
    JsonNode recorded = json("stats.json").get("rows").get(name);
    JsonNode want = recorded.get("stats");
    int[] row = frame(ints(recorded.get("token_ids")));
    int length = row.length;
    int calls = calls(row) / 4;
    int bytes = (length + 7) / 8;
    DecoderVisibility decoder = new DecoderVisibility(new DecoderVisibility.Rule(DECODER, 256));
    int[] hiddenAt = new int[length];
    double visibleSum = 0;
    double visibleMin = length;
    double visibleMax = 0;
    double distinctSum = 0;
    for (int call = 0; call < calls; call++) {
      byte[] bits = new byte[length * bytes];
      decoder.draw(row, context(call), new DecoderVisibility.Target(bits, 0, bytes));
      Set<BitSet> distinct = new HashSet<>();
      for (int query = 0; query < length; query++) {
        BitSet seen = BitSet.valueOf(java.nio.ByteBuffer.wrap(bits, query * bytes, bytes));
        assertTrue(!seen.get(query), "own token is never visible");
        assertTrue(query == 0 || seen.get(0), "the sentence embedding is visible");
        assertTrue(query == length - 1 || seen.get(length - 1), "[SEP] is visible");
        distinct.add(seen);
        for (int key = 0; key < length; key++) {
          hiddenAt[key] += key != query && !seen.get(key) ? 1 : 0;
        }
        if (query > 0 && query < length - 1) {
          visibleSum += seen.cardinality();
          visibleMin = Math.min(visibleMin, seen.cardinality());
          visibleMax = Math.max(visibleMax, seen.cardinality());
        }
      }
      distinctSum += distinct.size();
    }
    JsonNode byKey = want.get("decoder_masked_prob_by_key_excluding_self");
    for (int key = 0; key < length; key++) {
      double got = (double) hiddenAt[key] / ((long) calls * (length - 1));
      close(byKey.get(key).asDouble(), got, want, calls, name + " key " + key);
    }
    int contentRows = length - 2;
    if (contentRows > 0) {
      double mean = visibleSum / ((double) calls * contentRows);
      assertEquals(want.at("/decoder_row_visible/mean").asDouble(), mean, 0.25, name);
      assertTrue(visibleMin >= want.at("/decoder_row_visible/min").asDouble() - 2, name);
      assertTrue(visibleMax <= want.at("/decoder_row_visible/max").asDouble() + 2, name);
    }
    double spread = want.at("/decoder_distinct_rows/std").asDouble();
    double error = 5 * spread * Math.sqrt(1.0 / calls + 1.0 / want.get("calls").asInt()) + 0.05;
    assertEquals(
        want.at("/decoder_distinct_rows/mean").asDouble(), distinctSum / calls, error, name);
  }

  private static void close(double want, double got, JsonNode stats, int calls, String where) {
    int theirs = stats.get("calls").asInt();
    double pooled = (want * theirs + got * calls) / (theirs + calls);
    double error = 5 * Math.sqrt(pooled * (1 - pooled) * (1.0 / theirs + 1.0 / calls)) + 0.002;
    assertEquals(want, got, error, where);
  }

  private static int calls(int[] row) {
    return row.length > 100 ? 200 : CALLS;
  }

  private static MaskingContext context(long sample) {
    return new MaskingContext(KINDS, 42, 0, sample, 0);
  }

  private static int[] frame(int[] content) {
    int[] row = new int[content.length + 2];
    row[0] = VOCABULARY.clsId();
    System.arraycopy(content, 0, row, 1, content.length);
    row[row.length - 1] = VOCABULARY.sepId();
    return row;
  }
}

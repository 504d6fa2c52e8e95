package io.retromae.finetune.mine.selection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.retromae.embed.search.BlockSearch;
import io.retromae.embed.search.Similarity;
import io.retromae.embed.search.TopK;
import io.retromae.embed.vector.VectorBlock;
import io.retromae.training.bert.GoldenFolder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The negatives of {@code mining/} of {@code -Dfinetune.golden.dir}. */
class MiningGoldenTest {
  private static final GoldenFolder FOLDER = GoldenFolder.of("finetune.golden.dir");
  private static final JsonNode GOLDEN = FOLDER.json("mining/mining.json");
  private static final VectorBlock DOCUMENTS = vectors("documents");
  private static final VectorBlock QUERIES = vectors("queries");

  private static VectorBlock vectors(String name) {
    float[][] rows = FOLDER.rows("mining/vectors.safetensors", name);
    List<String> ids = IntStream.range(0, rows.length).mapToObj(Integer::toString).toList();
    return VectorBlock.of(ids, rows);
  }

  static Stream<Arguments> cases() {
    return StreamSupport.stream(GOLDEN.get("cases").spliterator(), false)
        .flatMap(golden -> Stream.of(1, 64, 10_000).map(rows -> new Arguments(golden, rows)));
  }

  /**
   * A recorded case.
   *
   * @param golden what is recorded
   * @param blockRows documents that are searched at once
   */
  record Arguments(JsonNode golden, int blockRows) {
    @Override
    public String toString() {
      return golden.get("name").asText() + " in blocks of " + blockRows;
    }
  }

  private static TopK best(int k, int blockRows) {
    try (BlockSearch search = new BlockSearch(QUERIES, 0, k, Similarity.DOT, 1)) {
      for (int from = 0; from < DOCUMENTS.size(); from += blockRows) {
        search.add(DOCUMENTS.part(from, Math.min(DOCUMENTS.size(), from + blockRows)), from);
      }
      return search.result();
    }
  }

  private static NegativeSelection.Ranked ranked(TopK best, int query) {
    return new NegativeSelection.Ranked(
        IntStream.range(0, best.size(query))
            .map(rank -> Math.toIntExact(best.number(query, rank)))
            .toArray(),
        IntStream.range(0, best.size(query))
            .mapToDouble(rank -> best.score(query, rank))
            .toArray());
  }

  private static OptionalDouble number(JsonNode golden, String name) {
    JsonNode value = golden.path(name);
    return value.isNumber() ? OptionalDouble.of(value.doubleValue()) : OptionalDouble.empty();
  }

  private static NegativeSelection.Rules rules(JsonNode golden) {
    return new NegativeSelection.Rules(
        RankWindow.of(golden.get("range_for_sampling").asText()),
        golden.get("negative_number").asInt(),
        Strategy.TOP,
        Fill.NONE,
        new Margins(
            number(golden, "relative_margin"),
            number(golden, "absolute_margin"),
            number(golden, "max_score"),
            number(golden, "min_score")),
        0);
  }

  private static List<String> documents() {
    List<String> texts = new ArrayList<>();
    GOLDEN.get("documents").forEach(text -> texts.add(text.asText()));
    return texts;
  }

  /** A recorded query; the score of every document is known from a search for all. */
  private static NegativeSelection.Query query(int number, TopK all) {
    JsonNode example = GOLDEN.get("examples").get(number);
    List<String> texts = documents();
    int[] positives =
        StreamSupport.stream(example.get("pos").spliterator(), false)
            .mapToInt(text -> texts.indexOf(text.asText()))
            .sorted()
            .toArray();
    double lowest =
        IntStream.range(0, all.size(number))
            .filter(rank -> Arrays.binarySearch(positives, (int) all.number(number, rank)) >= 0)
            .mapToDouble(rank -> all.score(number, rank))
            .min()
            .orElseThrow();
    assertEquals(GOLDEN.get("lowest_positive_score").get(number).asDouble(), lowest, 1e-12);
    return new NegativeSelection.Query(
        number, positives, texts.indexOf(example.get("query").asText()), lowest);
  }

  private static int[] numbers(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void candidatesAndTheBestOfThemAreThoseRecorded(Arguments recorded) {
    NegativeSelection.Rules rules = rules(recorded.golden());
    NegativeSelection selection = new NegativeSelection(rules, DOCUMENTS.size(), Copies.NONE);
    TopK best = best(rules.window().to(), recorded.blockRows());
    TopK all = best(DOCUMENTS.size(), DOCUMENTS.size());

    for (int i = 0; i < QUERIES.size(); i++) {
      NegativeSelection.Query query = query(i, all);
      NegativeSelection.Ranked ranked = ranked(best, i);
      int[] candidates = selection.candidates(query, ranked, new EnumMap<>(DropReason.class));
      JsonNode golden = recorded.golden().get("queries").get(i);
      assertArrayEquals(
          numbers(golden.get("candidates")),
          Arrays.stream(candidates).map(rank -> ranked.numbers()[rank]).toArray());
      assertArrayEquals(numbers(golden.get("top")), selection.select(query, ranked).negatives());
    }
  }
}

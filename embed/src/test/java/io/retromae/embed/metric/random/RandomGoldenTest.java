package io.retromae.embed.metric.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.retromae.embed.metric.EvalGolden;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** First draws of Python's and NumPy's generators; seeds and sizes are in the recorded names. */
class RandomGoldenTest {
  private static final Map<String, JsonNode> RECORDED =
      EvalGolden.members(EvalGolden.json("random.json"));

  private static int[] numbers(String name) {
    List<MatchResult> found = Pattern.compile("\\d+").matcher(name).results().toList();
    return found.stream().mapToInt(number -> Integer.parseInt(number.group())).toArray();
  }

  private static double[] doubles(int count, DoubleSupplier random) {
    return IntStream.range(0, count).mapToDouble(i -> random.getAsDouble()).toArray();
  }

  private static int[] list(int size) {
    return IntStream.range(0, size).toArray();
  }

  private interface Draws {
    void check(int seed, Map<String, JsonNode> recorded);
  }

  private static void check(String prefix, Draws draws) {
    List<String> names = RECORDED.keySet().stream().filter(n -> n.startsWith(prefix)).toList();
    if (names.isEmpty()) {
      fail("no " + prefix);
    }
    names.forEach(name -> draws.check(numbers(name)[0], EvalGolden.members(RECORDED.get(name))));
  }

  @Test
  void pythonsNumbersEqual() {
    check(
        "python_random_",
        (seed, recorded) -> {
          PythonRandom random = new PythonRandom(seed);

          double[] doubles = EvalGolden.doubles(recorded.get("random"));
          assertArrayEquals(doubles, doubles(doubles.length, random::nextDouble));
          double[] bits = EvalGolden.doubles(recorded.get("getrandbits_32")); // drawn thereafter
          assertArrayEquals(
              bits, doubles(bits.length, () -> Integer.toUnsignedLong(random.nextBits())));
        });
  }

  @Test
  void pythonsShuffleAndSamplesEqual() {
    check(
        "python_random_",
        (seed, recorded) ->
            recorded.forEach(
                (name, values) -> {
                  int[] n = numbers(name);
                  if (name.startsWith("shuffle_")) {
                    int[] list = list(n[0]);
                    new PythonRandom(seed).shuffle(list);
                    assertArrayEquals(EvalGolden.ints(values), list, name);
                  } else if (name.startsWith("sample_of_")) {
                    int[] drawn = new PythonRandom(seed).sample(n[0], n[1]);
                    assertArrayEquals(EvalGolden.ints(values), drawn, name);
                  } else if (name.startsWith("choices_of_")) {
                    int[] drawn = new PythonRandom(seed).choices(n[0], n[1]);
                    assertArrayEquals(EvalGolden.ints(values), drawn, name);
                  }
                }));
  }

  @Test
  void numpysNumbersEqual() {
    check(
        "numpy_randomstate_",
        (seed, recorded) ->
            recorded.forEach(
                (name, values) -> {
                  NumpyRandom random = new NumpyRandom(seed);
                  if (name.equals("random_sample")) {
                    double[] doubles = EvalGolden.doubles(values);
                    assertArrayEquals(doubles, doubles(doubles.length, random::nextDouble));
                  } else if (name.startsWith("randint_0_")) {
                    int[] drawn = random.nextInts(numbers(name)[1], numbers(name)[2]);
                    assertArrayEquals(EvalGolden.ints(values), drawn, name);
                  }
                }));
  }

  @Test
  void numpysShufflesEqual() {
    check(
        "numpy_randomstate_",
        (seed, recorded) ->
            recorded.forEach(
                (name, values) -> {
                  int[] n = numbers(name);
                  if (name.startsWith("shuffle_list_")) {
                    int[] list = list(n[0]);
                    new NumpyRandom(seed).shuffle(list);
                    assertArrayEquals(EvalGolden.ints(values), list, name);
                    String again = "that_list_shuffled_by_a_new_randomstate_" + seed;
                    new NumpyRandom(seed).shuffle(list);
                    assertArrayEquals(EvalGolden.ints(recorded.get(again)), list, again);
                  } else if (name.startsWith("permutation_")) {
                    int[] drawn = new NumpyRandom(seed).permutation(n[0]);
                    assertArrayEquals(EvalGolden.ints(values), drawn, name);
                  } else if (name.startsWith("choice_")) {
                    int[] drawn = Arrays.copyOf(new NumpyRandom(seed).permutation(n[0]), n[1]);
                    assertArrayEquals(EvalGolden.ints(values), drawn, name);
                  }
                }));
  }
}

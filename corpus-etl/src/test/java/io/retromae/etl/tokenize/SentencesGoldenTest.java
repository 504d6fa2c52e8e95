package io.retromae.etl.tokenize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SentencesGoldenTest {
  static Stream<Arguments> cases() {
    try {
      Path file = Path.of(System.getProperty("etl.golden.dir")).resolve("sentences.json");
      List<Arguments> cases = new ArrayList<>();
      for (JsonNode node : new ObjectMapper().readTree(file.toFile())) {
        List<String> sentences = new ArrayList<>();
        node.get("sentences").forEach(s -> sentences.add(s.asText()));
        cases.add(Arguments.of(node.get("name").asText(), node.get("text").asText(), sentences));
      }
      return cases.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void splitsAsExpected(String name, String text, List<String> sentences) {
    assertEquals(sentences, SentenceSplitter.split(text));
  }
}

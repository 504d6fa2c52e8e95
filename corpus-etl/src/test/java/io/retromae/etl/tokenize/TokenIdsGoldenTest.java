package io.retromae.etl.tokenize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.ZstdInputStream;
import io.retromae.core.hash.Sha256;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.IdBuffer;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.core.vocab.WordPieceTokenizer;
import io.retromae.core.vocab.WordRules;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Ids of the sample corpora against hashes of Hugging Face's, made by make-token-ids.py. */
class TokenIdsGoldenTest {
  private static final Path EXAMPLES = Path.of(System.getProperty("retromae.root"), "examples");
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final Vocabulary VOCABULARY =
      Vocabulary.load(new Storage(new Configuration()), EXAMPLES.resolve("vocab.txt").toString());

  static Stream<Arguments> files() throws IOException {
    try (InputStream in = TokenIdsGoldenTest.class.getResourceAsStream("token-ids.json")) {
      return JSON.readTree(in).properties().stream()
          .map(file -> Arguments.of(file.getKey(), file.getValue()));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void idsOfEveryTextEqualHuggingFace(String file, JsonNode expected) {
    List<String> texts = texts(EXAMPLES.resolve(file));

    assertEquals(expected.get("texts").asInt(), texts.size());
    assertEquals(expected.get("uncased").asText(), hash(texts, true));
    assertEquals(expected.get("cased").asText(), hash(texts, false));
  }

  private static String hash(List<String> texts, boolean lowerCase) {
    WordPieceTokenizer tokenizer = new WordPieceTokenizer(VOCABULARY, WordRules.bert(lowerCase));
    MessageDigest digest = Sha256.newDigest();
    for (String text : texts) {
      int[] ids = tokenizer.encode(text);
      ByteBuffer bytes =
          ByteBuffer.allocate(Integer.BYTES * (ids.length + 1)).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asIntBuffer().put(ids).put(-1);
      digest.update(bytes);
    }
    return Sha256.hex(digest);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void idsOfAPartEqualThoseOfThePartCutOut(String file, JsonNode ignored) {
    WordPieceTokenizer tokenizer = new WordPieceTokenizer(VOCABULARY, WordRules.bert(true));
    Random random = new Random(1);
    IdBuffer ids = new IdBuffer();
    for (String text : texts(EXAMPLES.resolve(file))) {
      int start = random.nextInt(text.length() + 1);
      int end = start + random.nextInt(text.length() - start + 1);
      ids.clear();

      tokenizer.encode(text, start, end, ids);

      assertArrayEquals(tokenizer.encode(text.substring(start, end)), ids.toArray());
    }
  }

  private static List<String> texts(Path file) {
    List<String> texts = new ArrayList<>();
    for (JsonNode node : file.toString().endsWith(".zst") ? lines(file) : elements(file)) {
      JsonNode text = node.path(node.has("text") ? "text" : "content");
      if (text.isTextual()) {
        texts.add(text.asText());
      }
    }
    return texts;
  }

  private static Iterable<JsonNode> elements(Path file) {
    try {
      JsonNode root = JSON.readTree(file.toFile());
      return root.isArray() ? root : root.get("RECORDS");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Iterable<JsonNode> lines(Path file) {
    List<JsonNode> parsed = new ArrayList<>();
    try (InputStream in = new ZstdInputStream(Files.newInputStream(file))) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (line.indexOf('\uFFFD') < 0) { // planted in the samples: a record that is no UTF-8
          addIfItParses(line, parsed);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return parsed;
  }

  private static void addIfItParses(String line, List<JsonNode> parsed) {
    try {
      parsed.add(JSON.readTree(line));
    } catch (JsonProcessingException e) {
      // planted in the samples: a record that is no JSON
    }
  }
}

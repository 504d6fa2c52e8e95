package io.retromae.core.storage;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.retromae.core.failure.ConfigException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalNamesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "/data/part-0.jsonl, ANSI_X3.4-1968",
    "/data/汉字.jsonl, UTF-8",
    "/data/汉字 a.jsonl, GBK",
    "/data/é, ISO-8859-1",
    "/data/汉字, no-charset-of-java"
  })
  void whatTheLocaleCanSayIsTaken(String path, String encoding) {
    assertDoesNotThrow(() -> LocalNames.refuseUnnameable(path, encoding, ""));
  }

  @ParameterizedTest
  @CsvSource({
    "/data/汉字.jsonl, ANSI_X3.4-1968",
    "/é/part-0.jsonl, US-ASCII",
    "/data/汉字, ISO-8859-1",
    "/data/\uD83D, UTF-8"
  })
  void whatItCannotIsRefusedWithPathAndEncoding(String path, String encoding) {
    ConfigException refused =
        assertThrows(ConfigException.class, () -> LocalNames.refuseUnnameable(path, encoding, ""));

    assertTrue(refused.getMessage().startsWith(path + ": cannot be named"), refused.getMessage());
    assertTrue(refused.getMessage().contains(encoding), refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "C.UTF-8, this host has no locale LC_ALL=C.UTF-8",
    "C.UTF-8, spark.executorEnv.LC_ALL",
    "en_US.utf8, no locale LC_ALL=en_US.utf8",
    "POSIX, start with LC_ALL=C.UTF-8",
    "'', start with LC_ALL=C.UTF-8"
  })
  void aLocaleThatTheHostLacksIsNamed(String locale, String part) {
    ConfigException refused =
        assertThrows(
            ConfigException.class, () -> LocalNames.refuseUnnameable("/é", "US-ASCII", locale));

    assertTrue(refused.getMessage().contains(part), refused.getMessage());
  }

  /** Run in a process whose locale is POSIX; prints what became of a folder with a Chinese name. */
  public static void main(String[] words) {
    Storage storage = new Storage(new Configuration());
    try {
      storage.publish("输出/file", new byte[1]);
      System.out.println("written");
    } catch (ConfigException e) {
      System.out.println("refused");
    }
  }

  @Test
  void inThePosixLocaleNoFolderOfQuestionMarksIsMade() throws Exception {
    String classes = System.getProperty("java.class.path");
    assumeTrue(
        StandardCharsets.US_ASCII.newEncoder().canEncode(classes),
        "in that locale no Java finds classes here");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classes,
                LocalNamesTest.class.getName())
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("LC_ALL", "POSIX");

    Process process = builder.start();

    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(List.of("refused"), said.lines().toList());
    assertEquals(0, process.waitFor());
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(), left.toList());
    }
  }
}

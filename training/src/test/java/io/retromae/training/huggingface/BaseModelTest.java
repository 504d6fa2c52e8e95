package io.retromae.training.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BaseModelTest {
  @TempDir Path folder;

  private BaseModel read() {
    return BaseModel.of(new Storage(new Configuration()), folder.toString());
  }

  private String name(String noted) throws IOException {
    Files.writeString(
        folder.resolve("config.json"), "{\"_name_or_path\": \"%s\"}".formatted(noted));
    return read().name();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-base-uncased", "hfl/chinese-roberta-wwm-ext", "a/b.c_d-1"})
  void namesOfTheHubAreTaken(String noted) throws IOException {
    assertEquals(noted, name(noted));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/models/bert",
        "./bert",
        "../bert",
        "~/bert",
        "model",
        "out/checkpoint-400",
        "a/b/c",
        "C:/bert",
        "a b/c",
        "x/y]] (javascript:z)"
      })
  void whatMayBeALocalFolderIsNot(String noted) throws IOException {
    assertEquals("", name(noted));
  }

  @ParameterizedTest
  @CsvSource({
    "'---\nlicense: apache-2.0\n---\n', apache-2.0",
    "'---\ntags:\n- x\nlicense: \"cc-by-sa-4.0\"\n---\ntext', cc-by-sa-4.0",
    "'---\r\nlicense: mit\r\n---\r\n', mit",
    "'---\ntags:\n- x\n---\nlicense: mit', ''",
    "'license: mit', ''",
    "'---\nlicense: <b>x</b>\n---\n', ''"
  })
  void theLicenceIsThatOfTheCardsHead(String card, String license) throws IOException {
    Files.writeString(folder.resolve("README.md"), card);

    assertEquals(license, read().license());
  }

  @Test
  void nothingIsKnownOfAFolderThatSaysNothing() {
    assertEquals(BaseModel.NONE, read());
  }
}

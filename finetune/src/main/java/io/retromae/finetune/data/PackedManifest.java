package io.retromae.finetune.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a folder of packed lines holds; written last, so that a folder without it holds nothing.
 *
 * @param format version of this and of {@link PackedPart}
 * @param rules by which lines were read
 * @param files in order
 */
record PackedManifest(int format, String rules, List<Entry> files) {
  static final int FORMAT = 1;

  private static final String NAME = "manifest.json";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * A file of pairs.
   *
   * @param lines that are trained on
   * @param treated see {@link LineCounts#treated}
   * @param refused see {@link LineCounts#refused}
   * @param firstRefused those that are named
   * @param parts its lines, in order
   */
  record Entry(
      PairSource source,
      long lines,
      Map<String, Long> treated,
      Map<String, Long> refused,
      List<LineCounts.Refused> firstRefused,
      List<Part> parts) {}

  /**
   * A packed file.
   *
   * @param name in the folder
   */
  record Part(String name, PackedPart.Extent extent) {}

  static Optional<PackedManifest> read(Storage storage, String folder) {
    return storage.readIfThere(folder + "/" + NAME).map(bytes -> parse(bytes, folder));
  }

  private static PackedManifest parse(byte[] bytes, String folder) {
    try {
      PackedManifest manifest = JSON.readValue(bytes, PackedManifest.class);
      if (manifest.format() == FORMAT) {
        return manifest;
      }
      throw new CorruptDataException(
          "%s/%s: format %d, this build reads %d; delete the folder and start again"
              .formatted(folder, NAME, manifest.format(), FORMAT));
    } catch (IOException e) {
      throw new CorruptDataException(
          "%s/%s: no list of packed pairs; delete the folder and start again"
              .formatted(folder, NAME),
          e);
    }
  }

  void publish(Storage storage, String folder) {
    try {
      storage.publish(folder + "/" + NAME, JSON.writeValueAsBytes(this));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}

package io.retromae.training.huggingface;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * Tells model folders apart by their content, wherever they lie. Training moves every weight, so
 * samples of the weight files are enough, and a folder of gigabytes in an object store is known
 * after some small reads.
 */
public final class StartFingerprint {
  private static final String CONFIG = "config.json";
  private static final int SAMPLES = 16;
  private static final int SAMPLE_BYTES = 1 << 14;

  private StartFingerprint() {}

  /**
   * A fingerprint of sizes and weights.
   *
   * @return empty if there is no model at this place (any more)
   */
  public static Optional<String> of(Storage storage, String folder) {
    Optional<byte[]> config = storage.readIfThere(folder + "/" + CONFIG);
    if (config.isEmpty()) {
      return Optional.empty();
    }
    List<String> parts = new ArrayList<>();
    parts.add(Sha256.of(new String(config.get(), StandardCharsets.UTF_8)));
    SortedSet<String> files = new TreeSet<>();
    try { // what a start from there would read
      WeightIndex index = WeightIndex.of(storage, folder, folder);
      HuggingFaceFolder.DECODERS.forEach(index::addIfPresent);
      index.places().values().forEach(place -> files.add(place.file()));
    } catch (ConfigException | CorruptDataException e) {
      return Optional.empty(); // whoever starts from there says why; a checkpoint needs it no more
    }
    for (String name : files) {
      parts.add(fingerprint(storage, folder + "/" + name));
    }
    return Optional.of(Sha256.of(String.join("\n", parts)));
  }

  /**
   * The same of what {@code init.from} means, for a run that may go on from its own checkpoint. A
   * run that is named there may have gone on meanwhile, and what it was begun with is not its
   * newest checkpoint any more: then the same name is the same start.
   *
   * @param from init.from
   * @param checkpoint files of the checkpoint that is gone on from
   * @return empty if there is nothing (any more) to compare with
   */
  public static Optional<String> of(Storage storage, String from, Optional<String> checkpoint)
      throws IOException {
    boolean known =
        checkpoint.isPresent()
            && StartFolder.isRun(storage, from)
            && from.equals(
                RunDescription.read(storage, checkpoint.get()).settings().get("init.from"));
    return known
        ? Optional.empty()
        : StartFolder.ifThere(storage, from).flatMap(folder -> of(storage, folder));
  }

  /**
   * A fingerprint of sizes and weights that the lightest change moves, such as the merging of an
   * adapter: all bytes of the files are read.
   *
   * @throws ConfigException if there is no model at this place
   */
  public static String ofAllBytes(Storage storage, String folder) {
    List<String> parts = new ArrayList<>();
    SortedSet<String> files = new TreeSet<>(List.of(CONFIG));
    WeightIndex.of(storage, folder, folder).places().values().forEach(p -> files.add(p.file()));
    for (String name : files) {
      String file = folder + "/" + name;
      try (InputStream in = storage.open(file, storage.size(file), Storage.Reading.IN_ORDER)) {
        parts.add(Sha256.of(in));
      } catch (IOException e) {
        throw new ClusterException("cannot read " + file + ": " + e.getMessage(), e);
      }
    }
    return Sha256.of(String.join("\n", parts));
  }

  private static String fingerprint(Storage storage, String file) {
    List<String> parts = new ArrayList<>();
    try {
      long size = storage.size(file);
      parts.add(Long.toString(size));
      int length = (int) Math.min(SAMPLE_BYTES, size);
      byte[] sample = new byte[length];
      try (FSDataInputStream in = storage.open(file, size, Storage.Reading.HERE_AND_THERE)) {
        for (int i = 0; i < SAMPLES; i++) { // the first is the file's head, the last its tail
          long position = (size - length) / (SAMPLES - 1) * i;
          in.readFully(i == SAMPLES - 1 ? size - length : position, sample);
          parts.add(Sha256.of(new String(sample, StandardCharsets.ISO_8859_1)));
        }
      }
    } catch (IOException e) {
      throw new ClusterException("cannot read " + file + ": " + e.getMessage(), e);
    }
    return String.join(" ", parts);
  }
}

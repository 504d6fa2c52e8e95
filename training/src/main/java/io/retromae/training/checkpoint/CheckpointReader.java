package io.retromae.training.checkpoint;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.memory.HostVector;
import io.retromae.training.safetensors.TensorEntry;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Streams a checkpoint's tensors into a rank's vectors, hashing on the way. A file that holds
 * nothing of the rank's part is left alone.
 */
final class CheckpointReader {
  /**
   * Groups: moment (may be missing), parameter, first value and end of a piece (may be missing).
   */
  private static final Pattern TENSOR =
      Pattern.compile("(exp_avg\\.|exp_avg_sq\\.)?([^\\[]+)(?:\\[(\\d+):(\\d+)])?");

  private static final int PIECE_BYTES = 1 << 16;

  private final Map<String, ParameterLayout.Parameter> parameters = new HashMap<>();
  private final TrainingVectors into;
  private final byte[] piece = new byte[PIECE_BYTES];
  private long missing;

  CheckpointReader(ParameterLayout layout, TrainingVectors into) {
    this.into = into;
    for (ParameterLayout.Parameter parameter : layout.parameters()) {
      parameters.put(parameter.name(), parameter);
      missing += overlap(parameter, into.parameters(), 0);
      missing += overlap(parameter, into.firstMoment(), into.momentsFrom());
      missing += overlap(parameter, into.secondMoment(), into.momentsFrom());
    }
  }

  private static long overlap(ParameterLayout.Parameter parameter, HostVector vector, long from) {
    long begin = Math.max(parameter.offset(), from);
    long end = Math.min(parameter.offset() + parameter.size(), from + vector.size());
    return Math.max(0, end - begin);
  }

  /**
   * Fills all vectors.
   *
   * @throws CorruptDataException if a file differs from the manifest, or files do not have all
   *     values
   */
  void read(FileSet files, Manifest manifest) throws IOException {
    for (FileEntry entry : manifest.files()) {
      if (entry.name().endsWith(CheckpointFiles.TENSORS)) {
        files.streamTensors(entry, this::isWanted, this::take);
      }
    }
    if (missing != 0) {
      throw new CorruptDataException(
          "%s: %d values are missing; it is another model's".formatted(manifest.name(), missing));
    }
  }

  /**
   * Where a tensor's values go.
   *
   * @param vector that takes them
   * @param from place of the vector's first value in the layout
   * @param begin place of the tensor's first value in the layout
   * @param end place behind its last value
   */
  private record Target(HostVector vector, long from, long begin, long end) {
    long wantedFrom() {
      return Math.max(begin, from);
    }

    long wantedTo() {
      return Math.min(end, from + vector.size());
    }
  }

  private Target target(String tensor, TensorEntry entry) {
    Matcher name = TENSOR.matcher(tensor);
    ParameterLayout.Parameter parameter = name.matches() ? parameters.get(name.group(2)) : null;
    if (parameter == null || !entry.dtype().equals("F32")) {
      throw new CorruptDataException(
          "tensor %s of type %s: the model has none".formatted(tensor, entry.dtype()));
    }
    long first = name.group(3) == null ? 0 : Long.parseLong(name.group(3));
    long begin = parameter.offset() + first;
    long end = begin + entry.bytes() / Float.BYTES;
    if (end > parameter.offset() + parameter.size()) {
      throw new CorruptDataException(
          "tensor %s ends at value %d, the parameter has %d"
              .formatted(tensor, end - parameter.offset(), parameter.size()));
    }
    if (name.group(1) == null) {
      return new Target(into.parameters(), 0, begin, end);
    }
    boolean isFirst = name.group(1).equals(CheckpointFiles.FIRST_MOMENT);
    HostVector moment = isFirst ? into.firstMoment() : into.secondMoment();
    return new Target(moment, into.momentsFrom(), begin, end);
  }

  private boolean isWanted(String tensor, TensorEntry entry) {
    Target target = target(tensor, entry);
    return target.wantedFrom() < target.wantedTo();
  }

  private void take(String tensor, TensorEntry entry, InputStream data) throws IOException {
    Target target = target(tensor, entry);
    if (target.wantedFrom() >= target.wantedTo()) {
      return;
    }
    passOver(data, (target.wantedFrom() - target.begin()) * Float.BYTES);
    long at = target.wantedFrom();
    while (at < target.wantedTo()) {
      int values = (int) Math.min(PIECE_BYTES / Float.BYTES, target.wantedTo() - at);
      readFully(data, values * Float.BYTES);
      target.vector().slice(at - target.from(), values).put(piece, 0, values * Float.BYTES);
      at += values;
    }
    missing -= target.wantedTo() - target.wantedFrom();
  }

  private void passOver(InputStream data, long bytes) throws IOException {
    for (long left = bytes; left > 0; left -= PIECE_BYTES) {
      readFully(data, (int) Math.min(PIECE_BYTES, left));
    }
  }

  private void readFully(InputStream data, int bytes) throws IOException {
    if (data.readNBytes(piece, 0, bytes) < bytes) {
      throw new EOFException();
    }
  }
}

package io.retromae.training.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;

/**
 * What a rank tells the first: its share of a checkpoint has been written and read back.
 *
 * @param step of the checkpoint
 * @param files what it wrote
 */
record PartNote(long step, List<FileEntry> files) {
  private static final ObjectMapper JSON = new ObjectMapper();

  byte[] toBytes() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static PartNote of(byte[] bytes) {
    try {
      return JSON.readValue(bytes, PartNote.class);
    } catch (IOException e) {
      throw new IllegalStateException("not a note of a checkpoint's part", e);
    }
  }
}

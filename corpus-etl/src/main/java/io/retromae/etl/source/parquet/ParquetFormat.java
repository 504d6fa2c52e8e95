package io.retromae.etl.source.parquet;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.Division;
import io.retromae.etl.source.FileError;
import io.retromae.etl.source.FileFormat;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.RecordReader;
import io.retromae.etl.source.Split;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.hadoop.metadata.BlockMetaData;

/** Parquet files, divided between row groups. */
public final class ParquetFormat implements FileFormat {
  @Override
  public Optional<FileError> check(Storage storage, FilePart part) throws IOException {
    try (RecordReader reader = open(storage, part)) {
      return reader.report().error();
    }
  }

  @Override
  public Division divide(Storage storage, FilePart part) {
    List<Long> cuts = new ArrayList<>();
    long target = part.limits().splitBytes();
    try (ParquetTable table = ParquetTable.open(storage, part)) {
      long bytes = target;
      List<BlockMetaData> groups = table.rowGroups();
      for (int i = 0; i < groups.size(); i++) {
        if (bytes >= target) {
          cuts.add((long) i);
          bytes = 0;
        }
        bytes += groups.get(i).getCompressedSize();
      }
    } catch (IOException | RuntimeException e) { // of all kinds, at a broken footer
      return Division.NONE; // the reader says what is wrong with it
    }
    List<Long> none = cuts.stream().map(cut -> 0L).toList();
    return Division.of(Split.ranges(Split.Shape.ROW_GROUPS, none, cuts));
  }

  @Override
  public RecordReader open(Storage storage, FilePart part) throws IOException {
    return ParquetRecordReader.open(storage, part);
  }
}

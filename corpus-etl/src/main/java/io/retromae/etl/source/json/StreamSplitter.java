package io.retromae.etl.source.json;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.Split;
import io.retromae.etl.source.Tally;
import io.retromae.etl.source.compression.StoredStream;
import io.retromae.etl.source.compression.StreamErrors;
import java.io.IOException;
import java.util.List;

/**
 * Rewrites a file that cannot be entered in the middle, such as one giant gzip or zstd frame, in
 * pieces that can be read side by side. One pass, the memory of one record. Pieces end between two
 * records and know their place in the file, so ids are those of the file; an error of the file is
 * noted with the last piece.
 */
public final class StreamSplitter {
  private StreamSplitter() {}

  /**
   * Writes the pieces.
   *
   * @param prefix of the pieces' paths; nobody else may write below it
   * @return a split for each piece, in order
   */
  public static List<Split> rewrite(Storage storage, FilePart part, String prefix)
      throws IOException {
    try (Pieces pieces = new Pieces(storage, prefix);
        ByteWindow window =
            new ByteWindow(
                StoredStream.open(storage, part.with(Split.WHOLE)),
                0,
                part.limits().recordBytes(),
                pieces)) {
      copy(Layout.of(storage, part), part, window, pieces);
      return pieces.splits();
    } catch (StoredStream.UnreadableException e) {
      return List.of(Split.WHOLE); // the reader says what is wrong with it
    }
  }

  private static void copy(Layout layout, FilePart part, ByteWindow window, Pieces pieces)
      throws IOException {
    try {
      boolean array = layout.isArray();
      ArrayCutter elements = new ArrayCutter(window, part, new Tally(part));
      RecordCutter cutter = array ? elements : new LineCutter(window);
      pieces.shape(layout.shape());
      if (array) {
        elements.begin(layout);
      }
      while (cutter.find()) {
        cutter.cut();
        boolean full = window.offset() - pieces.from() >= part.limits().splitBytes();
        if (full && (!array || elements.mayEndPiece())) {
          window.copyTo(window.position);
          pieces.begin(window.offset());
        }
      }
      if (array) {
        elements.skipRest();
      }
    } catch (IOException e) {
      pieces.fail(StreamErrors.of(e, window.offset()));
    }
    window.copyTo(window.limit);
  }
}

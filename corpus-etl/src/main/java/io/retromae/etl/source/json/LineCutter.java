package io.retromae.etl.source.json;

import java.io.IOException;

/** Lines, which end at line feeds only; a byte order mark before a line is no part of it. */
final class LineCutter implements RecordCutter {
  private final ByteWindow window;

  LineCutter(ByteWindow window) {
    this.window = window;
  }

  @Override
  public boolean find() throws IOException {
    window.beginRecord();
    return window.peek(0) >= 0;
  }

  @Override
  public void cut() throws IOException {
    ByteOrderMark.skip(window);
    while (!reachLineFeed()) {
      if (!window.fill()) {
        window.end = window.position;
        return;
      }
    }
    window.end = window.position;
    window.position++;
  }

  /** Goes to the next line feed in what is held, or to its end. */
  private boolean reachLineFeed() {
    byte[] bytes = window.bytes;
    int limit = window.limit;
    int i = window.position;
    while (i + ByteLanes.WIDTH <= limit && ByteLanes.noLineFeed(bytes, i)) {
      i += ByteLanes.WIDTH;
    }
    while (i < limit && bytes[i] != '\n') {
      i++;
    }
    window.position = i;
    window.end = i;
    return i < limit;
  }

  @Override
  public boolean finished() {
    return false;
  }
}

package io.retromae.embed.job;

import io.retromae.core.hash.SplitMix64;
import io.retromae.core.storage.OwnedFolder;
import io.retromae.embed.source.InputUnit;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.UUID;

/**
 * The ids of a unit's rows as 64-bit hashes ({@link SplitMix64#hash}), in a file of its attempt:
 * eight bytes each, in order. Of a billion different ids two have one hash with a chance of 3 %.
 */
final class IdHashes {
  private static final int BUFFER_BYTES = 1 << 16;

  private IdHashes() {}

  /** Takes the ids of a unit; writes nothing where they are made, and so all different. */
  static Writer writer(EmbedContext context, InputUnit unit) throws IOException {
    return new Writer(context, unit);
  }

  /** Closed without {@link #commit}, the file is deleted. */
  static final class Writer implements AutoCloseable {
    private final EmbedContext context;
    private final String name;
    private final DataOutputStream out;
    private boolean committed;

    private Writer(EmbedContext context, InputUnit unit) throws IOException {
      this.context = context;
      boolean wanted = unit.file().hasOwnIds();
      this.name = wanted ? "_work/ids/%s-%s".formatted(unit.name(), UUID.randomUUID()) : "";
      this.out =
          new DataOutputStream(
              wanted
                  ? new BufferedOutputStream(
                      context.storage().create(context.path(name)), BUFFER_BYTES)
                  : java.io.OutputStream.nullOutputStream());
    }

    void add(String id) throws IOException {
      if (!name.isEmpty()) {
        out.writeLong(SplitMix64.hash(id));
      }
    }

    /** Ends the file; returns its name, empty if there is none. */
    String commit() throws IOException {
      out.close();
      committed = true;
      return name;
    }

    @Override
    public void close() throws IOException {
      if (committed) {
        return;
      }
      try {
        out.close();
      } finally {
        if (!name.isEmpty()) {
          new OwnedFolder(context.storage(), context.output()).delete(name);
        }
      }
    }
  }

  /** The hashes of a file. */
  static long[] read(EmbedContext context, String name, long rows) throws IOException {
    long[] hashes = new long[Math.toIntExact(rows)];
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(context.storage().open(context.path(name)), BUFFER_BYTES))) {
      for (int i = 0; i < hashes.length; i++) {
        hashes[i] = in.readLong();
      }
    }
    return hashes;
  }
}

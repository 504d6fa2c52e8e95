package io.retromae.core.shard;

import io.retromae.core.hash.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import org.apache.parquet.io.PositionOutputStream;

/** A Parquet output that counts and hashes what passes. */
final class DigestingOutput extends PositionOutputStream {
  private final OutputStream out;
  private final MessageDigest digest = Sha256.newDigest();
  private long position;

  DigestingOutput(OutputStream out) {
    this.out = out;
  }

  /** The hash of all bytes; once, at the end. */
  String sha256() {
    return Sha256.hex(digest);
  }

  @Override
  public long getPos() {
    return position;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    digest.update(bytes, offset, length);
    position += length;
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}

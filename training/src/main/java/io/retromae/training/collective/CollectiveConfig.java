package io.retromae.training.collective;

import io.retromae.training.connect.Membership;
import io.retromae.training.connect.Mesh;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Who joins and how.
 *
 * @param jobId names the run
 * @param attempt number of this start of the run; a rank of another attempt is refused
 * @param rank this rank
 * @param peers listening address of every rank, by rank
 * @param key shared by all ranks
 * @param options how they talk
 */
public record CollectiveConfig(
    String jobId,
    long attempt,
    int rank,
    List<InetSocketAddress> peers,
    byte[] key,
    CollectiveOptions options) {
  /** Copies the list; checks the rank. */
  public CollectiveConfig {
    peers = List.copyOf(peers);
    if (rank < 0 || rank >= peers.size()) {
      throw new IllegalArgumentException(
          "rank %d of %d ranks (must be 0..%d)".formatted(rank, peers.size(), peers.size() - 1));
    }
  }

  int worldSize() {
    return peers.size();
  }

  /** "rank 3 (host:port)". */
  String name(int peer) {
    return Mesh.name(peer, peers.get(peer));
  }

  /** What this rank proves to the others. */
  Membership membership() {
    return new Membership(key, jobId, attempt, rank, worldSize(), options.encrypted());
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "CollectiveConfig[%s, peers=%s, options=%s]".formatted(membership(), peers, options);
  }
}

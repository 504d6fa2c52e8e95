package io.retromae.training.loop;

import io.retromae.core.failure.ClusterException;
import io.retromae.training.collective.Collective;
import io.retromae.training.libtorch.FlatVector;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All replicas make the same updates and so have equal parameters, bit for bit. Where they have
 * not, a memory error or a defect of ours has changed one, and would go on unseen.
 */
final class Replicas {
  private Replicas() {}

  /**
   * Compares the parameters of all ranks by checksum; a collective operation.
   *
   * @throws ClusterException on every rank, naming those that differ from most, if they are not
   *     equal
   */
  static void compare(long step, Collective collective, FlatVector parameters) {
    if (collective.worldSize() == 1) {
      return;
    }
    byte[] own = ByteBuffer.allocate(Integer.BYTES).putInt(parameters.checksum()).array();
    Map<Integer, List<Integer>> ranks = new TreeMap<>();
    byte[][] all = collective.allGather(own);
    for (int rank = 0; rank < all.length; rank++) {
      int checksum = ByteBuffer.wrap(all[rank]).getInt();
      ranks.computeIfAbsent(checksum, key -> new ArrayList<>()).add(rank);
    }
    if (ranks.size() > 1) {
      throw new ClusterException(difference(step, ranks));
    }
  }

  private static String difference(long step, Map<Integer, List<Integer>> ranks) {
    String groups =
        ranks.entrySet().stream()
            .sorted(Comparator.comparingInt(group -> group.getValue().size()))
            .map(group -> "%s: CRC-32C %08x".formatted(names(group.getValue()), group.getKey()))
            .collect(Collectors.joining("; "));
    return ("replicas differ after step %d, the fewest first: %s; the fewest are to blame: check the"
            + " memory of their hosts")
        .formatted(step, groups);
  }

  private static String names(List<Integer> ranks) {
    String list = ranks.stream().map(String::valueOf).collect(Collectors.joining(", "));
    return (ranks.size() == 1 ? "rank " : "ranks ") + list;
  }
}

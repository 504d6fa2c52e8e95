package io.retromae.training.nccl;

import com.sun.jna.Pointer;
import io.retromae.training.collective.Collective;
import io.retromae.training.collective.Parts;
import io.retromae.training.memory.DeviceVector;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The calls that an operation on a vector becomes. NCCL's own operations on parts want all of one
 * size; parts of several sizes go as a group of one call for each.
 */
final class VectorCalls {
  private final Nccl nccl;
  private final Communicator communicator;
  private final Collective ranks;

  /**
   * Calls of one rank.
   *
   * @param ranks this rank and how many there are
   */
  VectorCalls(Nccl nccl, Communicator communicator, Collective ranks) {
    this.nccl = nccl;
    this.communicator = communicator;
    this.ranks = ranks;
  }

  Communicator.Work allReduce(DeviceVector vector) {
    Pointer start = at(vector, 0);
    return comm ->
        nccl.ncclAllReduce(start, start, vector.size(), Nccl.FLOAT32, Nccl.SUM, comm, null);
  }

  Communicator.Work reduceScatter(DeviceVector vector) {
    List<Parts.Part> parts = parts(vector);
    Parts.Part own = parts.get(ranks.rank());
    if (!haveOneSize(parts)) {
      return comm -> communicator.group(forEach(parts, root -> reduce(vector, parts, root)));
    }
    Pointer start = at(vector, 0);
    Pointer target = at(vector, own.from()); // in place
    return comm ->
        nccl.ncclReduceScatter(start, target, own.size(), Nccl.FLOAT32, Nccl.SUM, comm, null);
  }

  private Communicator.Work reduce(DeviceVector vector, List<Parts.Part> parts, int root) {
    long count = parts.get(root).size();
    Pointer start = at(vector, parts.get(root).from());
    return comm -> nccl.ncclReduce(start, start, count, Nccl.FLOAT32, Nccl.SUM, root, comm, null);
  }

  Communicator.Work allGather(DeviceVector vector) {
    List<Parts.Part> parts = parts(vector);
    Parts.Part own = parts.get(ranks.rank());
    if (!haveOneSize(parts)) {
      return comm ->
          communicator.group(forEach(parts, root -> broadcast(vector, parts.get(root), root)));
    }
    Pointer source = at(vector, own.from()); // in place
    Pointer start = at(vector, 0);
    return comm -> nccl.ncclAllGather(source, start, own.size(), Nccl.FLOAT32, comm, null);
  }

  Communicator.Work broadcast(DeviceVector vector, int root) {
    return broadcast(vector, new Parts.Part(0, vector.size()), root);
  }

  private Communicator.Work broadcast(DeviceVector vector, Parts.Part part, int root) {
    Pointer start = at(vector, part.from());
    return comm -> nccl.ncclBroadcast(start, start, part.size(), Nccl.FLOAT32, root, comm, null);
  }

  private List<Parts.Part> parts(DeviceVector vector) {
    return IntStream.range(0, ranks.worldSize())
        .mapToObj(rank -> Parts.of(vector.size(), rank, ranks.worldSize()))
        .toList();
  }

  private static boolean haveOneSize(List<Parts.Part> parts) {
    return parts.stream().mapToLong(Parts.Part::size).distinct().count() == 1;
  }

  private interface PartCall {
    Communicator.Work of(int rank);
  }

  /** Empty parts are left out, on every rank alike. */
  private static Communicator.Work[] forEach(List<Parts.Part> parts, PartCall call) {
    return IntStream.range(0, parts.size())
        .filter(rank -> parts.get(rank).size() > 0)
        .mapToObj(call::of)
        .toArray(Communicator.Work[]::new);
  }

  private static Pointer at(DeviceVector vector, long value) {
    return new Pointer(vector.address() + value * Float.BYTES);
  }
}

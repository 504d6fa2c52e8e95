package io.retromae.training.nccl;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.training.collective.Collective;
import io.retromae.training.collective.CollectiveOptions;
import io.retromae.training.collective.Parts;
import io.retromae.training.collective.TcpCollective;
import io.retromae.training.memory.DeviceVector;
import io.retromae.training.memory.VectorMemory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vectors between GPUs by NCCL; messages, vectors on hosts, causes and signs of life by the
 * collective over TCP. Before each operation the ranks agree over TCP on what they are about to do,
 * so a rank that is dead, late or elsewhere is noticed there and not by a kernel that waits for
 * ever. NCCL adds in an order of its own: equal bits are not promised.
 */
public final class NcclCollective implements Collective {
  private static final Logger LOG = LoggerFactory.getLogger(NcclCollective.class);
  private static final long GUARD_MILLIS = 50;

  private final TcpCollective tcp;
  private final Communicator communicator;
  private final VectorCalls calls;
  private final CudaRuntime cuda;
  private final int device;
  private final CollectiveOptions options;
  private final ScheduledExecutorService guard =
      Executors.newSingleThreadScheduledExecutor(NcclCollective::daemon);
  private long sequence;
  private double deviceMs;

  private NcclCollective(
      TcpCollective tcp,
      Communicator communicator,
      GpuLibraries gpu,
      int device,
      CollectiveOptions options) {
    this.tcp = tcp;
    this.communicator = communicator;
    this.calls = new VectorCalls(gpu.nccl(), communicator, tcp);
    this.cuda = gpu.cuda();
    this.device = device;
    this.options = options;
    guard.scheduleWithFixedDelay(
        this::abortWithTcp, GUARD_MILLIS, GUARD_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "retromae-nccl");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Forms NCCL's group over a collective by TCP, which this owns from here on.
   *
   * @param device index of this rank's GPU among those that CUDA shows
   * @throws ConfigException if gradients are to be rounded on the way, which NCCL does not do here
   * @throws ClusterException with NCCL's words if the group does not form
   */
  public static NcclCollective join(
      TcpCollective tcp, GpuLibraries gpu, int device, CollectiveOptions options) {
    try {
      refuseRounding(options);
      byte[] id = tcp.allGather(tcp.rank() == 0 ? newId(gpu.nccl()) : new byte[0])[0];
      AbortCheck check = new AbortCheck(tcp, "joining NCCL's group", options.timeout().toNanos());
      Communicator communicator =
          Communicator.join(
              gpu, device, new UniqueId.ByValue(id), tcp.rank(), tcp.worldSize(), check);
      return new NcclCollective(tcp, communicator, gpu, device, options);
    } catch (RuntimeException | LinkageError e) { // a function that this NCCL does not have
      tcp.abort("rank %d: %s".formatted(tcp.rank(), e.getMessage()));
      String cause = tcp.abortCause().orElse(e.getMessage());
      tcp.close();
      throw e instanceof ConfigException known ? known : new ClusterException(cause, e);
    }
  }

  private static void refuseRounding(CollectiveOptions options) {
    if (options.wire() != CollectiveOptions.WireType.FLOAT32) {
      throw new ConfigException(
          "gradients in %s on the way are for cluster.collective: tcp; nccl sends float32"
              .formatted(options.wire()));
    }
  }

  private static byte[] newId(Nccl nccl) {
    UniqueId id = new UniqueId();
    NcclException.check(nccl, "ncclGetUniqueId", nccl.ncclGetUniqueId(id));
    return id.internal;
  }

  private void abortWithTcp() {
    if (tcp.abortCause().isPresent()) {
      communicator.abort();
    }
  }

  @Override
  public int rank() {
    return tcp.rank();
  }

  @Override
  public int worldSize() {
    return tcp.worldSize();
  }

  @Override
  public boolean onDevice() {
    return true;
  }

  @Override
  public void allReduceSum(VectorMemory values) {
    if (values instanceof DeviceVector vector) {
      run("all-reduce", vector, 0, calls.allReduce(vector));
    } else {
      tcp.allReduceSum(values);
    }
  }

  @Override
  public void reduceScatterSum(VectorMemory values) {
    if (values instanceof DeviceVector vector) {
      run("reduce-scatter", vector, 0, calls.reduceScatter(vector));
    } else {
      throw new IllegalArgumentException("NCCL shares out vectors of GPUs only, not " + values);
    }
  }

  @Override
  public void allGather(VectorMemory values) {
    if (values instanceof DeviceVector vector) {
      run("all-gather", vector, 0, calls.allGather(vector));
    } else {
      throw new IllegalArgumentException("NCCL shares out vectors of GPUs only, not " + values);
    }
  }

  @Override
  public void broadcast(VectorMemory values, int root) {
    if (values instanceof DeviceVector vector) {
      run("broadcast", vector, root, calls.broadcast(vector, root));
    } else {
      tcp.broadcast(values, root);
    }
  }

  private void run(String name, DeviceVector vector, int root, Communicator.Work work) {
    if (vector.gpu() != device) {
      throw new IllegalArgumentException(
          "vector on GPU %d, rank %d computes on GPU %d".formatted(vector.gpu(), rank(), device));
    }
    agree("%s %d of %d values, root %d".formatted(name, sequence++, vector.size(), root));
    if (vector.size() == 0) {
      return;
    }
    long start = System.nanoTime();
    try {
      NcclException.check(cuda, "cudaSetDevice", cuda.cudaSetDevice(device));
      communicator.run(name, work, new AbortCheck(tcp, name, options.stall().toNanos()));
    } catch (RuntimeException e) {
      throw failed(e);
    } finally {
      deviceMs += (System.nanoTime() - start) / 1e6;
    }
  }

  /** All ranks are there and do the same; who is not is named there. */
  private void agree(String operation) {
    byte[][] all = tcp.allGather(operation.getBytes(StandardCharsets.US_ASCII));
    for (int peer = 0; peer < all.length; peer++) {
      if (!Arrays.equals(all[peer], all[rank()])) {
        String theirs = new String(all[peer], StandardCharsets.US_ASCII);
        String cause = "rank %d is at %s, rank %d at %s".formatted(rank(), operation, peer, theirs);
        throw failed(new ClusterException(cause));
      }
    }
  }

  /** Tells all ranks, and gives the first cause, which may be another's. */
  private ClusterException failed(RuntimeException e) {
    String own = e instanceof ClusterException ? e.getMessage() : "rank " + rank() + ": " + e;
    abort(own);
    return new ClusterException(tcp.abortCause().orElse(own), e);
  }

  @Override
  public Parts.Part part(long size, int rank) {
    return Parts.of(size, rank, worldSize()); // in the order of ranks, as NCCL deals them out
  }

  @Override
  public byte[][] allGather(byte[] message) {
    return tcp.allGather(message);
  }

  @Override
  public void barrier() {
    tcp.barrier();
  }

  @Override
  public Times times() {
    Times byTcp = tcp.times();
    return new Times(byTcp.totalMs() + deviceMs, byTcp.idleMs());
  }

  @Override
  public void abort(String cause) {
    boolean interrupted = Thread.interrupted(); // would close the channels before they tell
    tcp.abort(cause);
    communicator.abort();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    guard.shutdownNow();
    try {
      if (tcp.abortCause().isPresent()) {
        communicator.abort();
      } else {
        communicator.close(
            new AbortCheck(tcp, "leaving NCCL's group", options.timeout().toNanos()));
      }
    } catch (RuntimeException e) {
      LOG.warn("event=nccl_close_failed rank={} reason={}", rank(), e.toString());
    } finally {
      tcp.close();
    }
  }
}

package io.retromae.training.nccl;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import io.retromae.training.memory.DeviceVector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * "GPUs" that are memory of this process, one for each rank: the functions of NCCL and of CUDA's
 * runtime, done by the last rank that comes to an operation. As the real ones, calls return before
 * the work is done, a communicator that is not aborted waits for ever, and parts must fit.
 */
final class HostGpus {
  private static final int INVALID_ARGUMENT = 4;
  private static final int INVALID_USAGE = 5;

  private final int worldSize;
  private final Map<Long, List<Call>> waiting = new HashMap<>();
  private final List<Memory> memory = new ArrayList<>();
  private final AtomicLong nextHandle = new AtomicLong(1);

  /** Ranks whose GPU no longer computes. */
  final List<Integer> hung = new CopyOnWriteArrayList<>();

  /** Ranks whose calls of NCCL do not return until they are aborted. */
  final List<Integer> stuck = new CopyOnWriteArrayList<>();

  /** What ranks have called, for tests that ask which way was taken. */
  final List<String> log = new CopyOnWriteArrayList<>();

  HostGpus(int worldSize) {
    this.worldSize = worldSize;
  }

  /** What one rank's process loads. */
  GpuLibraries libraries(int rank) {
    Process process = new Process(rank);
    return new GpuLibraries(process, process.cuda);
  }

  synchronized DeviceVector vector(int rank, float[] values) {
    Memory block = new Memory(Math.max(1, values.length) * 4L);
    block.write(0, values, 0, values.length);
    memory.add(block); // lives as long as the GPUs
    return new DeviceVector(Pointer.nativeValue(block), values.length, rank);
  }

  static float[] values(DeviceVector vector) {
    return new Pointer(vector.address()).getFloatArray(0, (int) vector.size());
  }

  private interface Sum {
    void run(List<Call> calls);
  }

  /** One rank's part in an operation. */
  private record Call(
      String name, int rank, long number, Pointer send, Pointer receive, long count, int root) {}

  /** The operation is done when all ranks have come. */
  private synchronized void come(Call call, Sum work) {
    log.add(call.rank() + " " + call.name());
    List<Call> calls = waiting.computeIfAbsent(call.number(), n -> new ArrayList<>());
    calls.add(call);
    if (calls.size() == worldSize && hung.isEmpty()) {
      work.run(calls);
      waiting.remove(call.number());
    }
  }

  private synchronized boolean isDone(long number, int rank) {
    return !hung.contains(rank) && waiting.keySet().stream().noneMatch(n -> n < number);
  }

  private static float[] sum(List<Call> calls, long offset, long count) {
    float[] sum = new float[(int) count];
    for (int rank = 0; rank < calls.size(); rank++) { // in the order of ranks, whoever came first
      int wanted = rank;
      Call call = calls.stream().filter(c -> c.rank() == wanted).findFirst().orElseThrow();
      float[] values = call.send().getFloatArray(4 * offset, (int) count);
      for (int i = 0; i < count; i++) {
        sum[i] += values[i];
      }
    }
    return sum;
  }

  private static void copy(Pointer from, Pointer to, long count) {
    float[] values = from.getFloatArray(0, (int) count);
    to.write(0, values, 0, values.length);
  }

  /** The libraries as one process sees them. */
  private final class Process implements Nccl {
    private final int rank;
    private final Device cuda;
    private long calls;
    private int polls;
    private volatile boolean aborted;
    private int groups;

    Process(int rank) {
      this.rank = rank;
      this.cuda = new Device(this);
    }

    @Override
    public int ncclGetVersion(IntByReference version) {
      version.setValue(NcclConfig.VERSION);
      return SUCCESS;
    }

    @Override
    public int ncclGetUniqueId(UniqueId id) {
      id.internal[0] = 1;
      return SUCCESS;
    }

    @Override
    public int ncclCommInitRankConfig(
        PointerByReference comm, int ranks, UniqueId.ByValue id, int own, Pointer config) {
      boolean good = ranks == worldSize && own == rank && id.internal[0] == 1;
      comm.setValue(new Pointer(nextHandle.getAndIncrement()));
      return good && cuda.current == rank ? IN_PROGRESS : INVALID_ARGUMENT;
    }

    @Override
    public int ncclAllReduce(
        Pointer send, Pointer receive, long count, int type, int op, Pointer comm, Pointer stream) {
      return enqueue(
          new Call("allReduce", rank, calls++, send, receive, count, 0),
          all -> {
            float[] sum = sum(all, 0, count);
            all.forEach(c -> c.receive().write(0, sum, 0, sum.length));
          });
    }

    @Override
    public int ncclReduceScatter(
        Pointer send, Pointer receive, long count, int type, int op, Pointer comm, Pointer stream) {
      return enqueue(
          new Call("reduceScatter", rank, calls++, send, receive, count, 0),
          all -> {
            float[][] sums = new float[worldSize][];
            for (int r = 0; r < worldSize; r++) {
              sums[r] = sum(all, r * count, count);
            }
            all.forEach(c -> c.receive().write(0, sums[c.rank()], 0, (int) count));
          });
    }

    @Override
    public int ncclReduce(
        Pointer send,
        Pointer receive,
        long count,
        int type,
        int op,
        int root,
        Pointer comm,
        Pointer stream) {
      return enqueue(
          new Call("reduce", rank, calls++, send, receive, count, root),
          all -> {
            float[] sum = sum(all, 0, count);
            all.stream()
                .filter(c -> c.rank() == root)
                .forEach(c -> c.receive().write(0, sum, 0, sum.length));
          });
    }

    @Override
    public int ncclAllGather(
        Pointer send, Pointer receive, long count, int type, Pointer comm, Pointer stream) {
      return enqueue(
          new Call("allGather", rank, calls++, send, receive, count, 0),
          all ->
              all.forEach(
                  to ->
                      all.forEach(
                          from ->
                              copy(
                                  from.send(),
                                  to.receive().share(4 * count * from.rank()),
                                  count))));
    }

    @Override
    public int ncclBroadcast(
        Pointer send,
        Pointer receive,
        long count,
        int type,
        int root,
        Pointer comm,
        Pointer stream) {
      return enqueue(
          new Call("broadcast", rank, calls++, send, receive, count, root),
          all -> {
            Call from = all.stream().filter(c -> c.rank() == root).findFirst().orElseThrow();
            all.forEach(c -> copy(from.send(), c.receive(), count));
          });
    }

    private int enqueue(Call call, Sum work) {
      if (aborted || cuda.current != rank || call.count() == 0) {
        return INVALID_USAGE;
      }
      polls = 0;
      come(call, work);
      return IN_PROGRESS;
    }

    @Override
    public int ncclGroupStart() {
      groups++;
      return SUCCESS;
    }

    @Override
    public int ncclGroupEnd() {
      return groups-- > 0 ? IN_PROGRESS : INVALID_USAGE;
    }

    @Override
    public int ncclCommGetAsyncError(Pointer comm, IntByReference state) {
      while (stuck.contains(rank) && !aborted) {
        LockSupport.parkNanos(100_000);
      }
      state.setValue(polls++ < 3 ? IN_PROGRESS : SUCCESS);
      return aborted ? INVALID_USAGE : SUCCESS;
    }

    @Override
    public int ncclCommFinalize(Pointer comm) {
      polls = 0;
      return IN_PROGRESS;
    }

    @Override
    public int ncclCommDestroy(Pointer comm) {
      return end("destroy");
    }

    @Override
    public int ncclCommAbort(Pointer comm) {
      return end("abort");
    }

    private int end(String how) {
      synchronized (HostGpus.this) {
        log.add(rank + " " + how);
      }
      boolean again = aborted;
      aborted = true;
      return again ? INVALID_USAGE : SUCCESS;
    }

    @Override
    public String ncclGetErrorString(int result) {
      return "result " + result;
    }

    @Override
    public String ncclGetLastError(Pointer comm) {
      return "";
    }
  }

  /** CUDA's runtime in one process; its default stream does one thing after another. */
  private final class Device implements CudaRuntime {
    private final Process process;
    private int current = -1;

    Device(Process process) {
      this.process = process;
    }

    @Override
    public int cudaRuntimeGetVersion(IntByReference version) {
      version.setValue(12_000);
      return SUCCESS;
    }

    @Override
    public int cudaSetDevice(int device) {
      current = device;
      return SUCCESS;
    }

    @Override
    public int cudaStreamQuery(Pointer stream) {
      return isDone(process.calls, process.rank) ? SUCCESS : NOT_READY;
    }

    @Override
    public String cudaGetErrorString(int error) {
      return "error " + error;
    }
  }
}

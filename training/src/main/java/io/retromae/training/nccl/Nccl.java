package io.retromae.training.nccl;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;

/**
 * The functions of {@code nccl.h} that we call, by their names. Each returns an {@code
 * ncclResult_t}. Addresses are the device's; a count is {@code size_t}; the stream null is the
 * device's default one, on which libtorch computes too.
 */
interface Nccl extends Library {
  /** {@code ncclSuccess}. */
  int SUCCESS = 0;

  /** {@code ncclInProgress}: a communicator that does not block is still at it. */
  int IN_PROGRESS = 7;

  /** {@code ncclFloat32}. */
  int FLOAT32 = 7;

  /** {@code ncclSum}. */
  int SUM = 0;

  int ncclGetVersion(IntByReference version);

  int ncclGetUniqueId(UniqueId id);

  int ncclCommInitRankConfig(
      PointerByReference comm, int ranks, UniqueId.ByValue id, int rank, Pointer config);

  int ncclAllReduce(
      Pointer send, Pointer receive, long count, int type, int op, Pointer comm, Pointer stream);

  int ncclReduceScatter(
      Pointer send,
      Pointer receive,
      long receiveCount,
      int type,
      int op,
      Pointer comm,
      Pointer stream);

  int ncclReduce(
      Pointer send,
      Pointer receive,
      long count,
      int type,
      int op,
      int root,
      Pointer comm,
      Pointer stream);

  int ncclAllGather(
      Pointer send, Pointer receive, long sendCount, int type, Pointer comm, Pointer stream);

  int ncclBroadcast(
      Pointer send, Pointer receive, long count, int type, int root, Pointer comm, Pointer stream);

  int ncclGroupStart();

  int ncclGroupEnd();

  int ncclCommGetAsyncError(Pointer comm, IntByReference state);

  int ncclCommFinalize(Pointer comm);

  int ncclCommDestroy(Pointer comm);

  int ncclCommAbort(Pointer comm);

  String ncclGetErrorString(int result);

  String ncclGetLastError(Pointer comm);
}

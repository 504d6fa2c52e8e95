package io.retromae.training.libtorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import io.retromae.training.memory.DeviceVector;
import io.retromae.training.memory.HostVector;
import io.retromae.training.memory.VectorMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/**
 * A native vector in the layout of the parameters, or a part of one: the parameters themselves,
 * gradients or a moment of the optimizer. Its values are read and written on the host: {@link
 * #fetch}, then, after a change, {@link #store}.
 */
public final class FlatVector {
  /** Values that go into a checksum at once. */
  private static final long CHECKSUM_STEP = 1 << 26;

  private final NDArray array;
  private final long from;
  private final List<Group> layout;
  private final Supplier<HostMemory> memory;
  private final HostMemory host;
  private final List<NDArray> groups = new ArrayList<>();
  private final List<Boolean> decays = new ArrayList<>();
  private Optional<FlatVector> lastPart = Optional.empty();

  /**
   * Values of the layout that follow one another and are updated alike; what is in no group is
   * never updated.
   *
   * @param from place of the first
   * @param to behind the last
   * @param decays whether weight decay applies to them
   */
  public record Group(long from, long to, boolean decays) {}

  /**
   * Sees an array as values of the layout.
   *
   * @param from place of its first value in the layout
   * @param layout groups of the whole layout, in order
   * @param memory makes what its values come to the host through
   */
  public FlatVector(NDArray array, long from, List<Group> layout, Supplier<HostMemory> memory) {
    this.array = array;
    this.from = from;
    this.layout = layout;
    this.memory = memory;
    this.host = memory.get();
    for (Group group : layout) {
      long begin = Math.max(from, group.from());
      long end = Math.min(to(), group.to());
      if (begin < end) {
        groups.add(slice(begin, end));
        decays.add(group.decays());
      }
    }
  }

  /** Place of the first value in the layout. */
  public long from() {
    return from;
  }

  /** Place behind the last value in the layout. */
  public long to() {
    return from + size();
  }

  /** Number of values. */
  public long size() {
    return array.size();
  }

  /** A view of some values, given by their places in the layout. */
  public FlatVector part(long begin, long end) {
    if (begin == from && end == to()) {
      return this;
    }
    if (lastPart.filter(part -> part.from == begin && part.to() == end).isEmpty()) {
      lastPart = Optional.of(new FlatVector(slice(begin, end), begin, layout, memory));
    }
    return lastPart.get();
  }

  /** How a vector's values come to the host and back. */
  public interface HostMemory {
    /** The values now. */
    HostVector fetch(NDArray array);

    /** Takes up what was written to what {@link #fetch} gave. */
    void store(NDArray array);
  }

  /** The values where they lie, for a script's call. */
  public NDArray array() {
    return array;
  }

  /** Views of AdamW's groups, as far as they are in it. */
  public List<NDArray> groups() {
    return groups;
  }

  /** Whether weight decay applies to a group. */
  public boolean decays(int group) {
    return decays.get(group);
  }

  private NDArray slice(long begin, long end) {
    return array.get(new NDIndex((begin - from) + ":" + (end - from)));
  }

  /**
   * Its values on the host. On the CPU this is the vector itself; of one on a GPU it is a copy in
   * pinned memory, the same each time, valid until the vector changes.
   */
  public HostVector fetch() {
    return host.fetch(array);
  }

  /** Where its values lie: on the host or on a GPU. */
  public VectorMemory inPlace() {
    return array.getDevice().isGpu()
        ? new DeviceVector(
            TensorAddress.address(array), array.size(), array.getDevice().getDeviceId())
        : host.fetch(array);
  }

  /** Takes up what was written to what {@link #fetch} gave. */
  public void store() {
    host.store(array);
  }

  /** CRC-32C of the values' bytes. */
  public int checksum() {
    HostVector values = fetch();
    CRC32C crc = new CRC32C();
    for (long at = 0; at < values.size(); at += CHECKSUM_STEP) {
      crc.update(values.slice(at, Math.min(CHECKSUM_STEP, values.size() - at)));
    }
    return (int) crc.getValue();
  }
}

package io.retromae.training.device;

import io.retromae.training.settings.ComputeSettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Operations a second of matrix products that a device, or all workers' devices, could do at most;
 * what {@code mfu} is measured against.
 *
 * @param flops a second; 0 if nobody knows
 * @param source where the number comes from, or why there is none
 */
public record DevicePeak(double flops, String source) {
  private static final double TERA = 1e12;

  /**
   * Of this task's device: what the settings say, else a data sheet's figure, or for a CPU that of
   * a product that is timed here and now.
   *
   * @param told logging.peak_tflops
   * @param threads that the CPU computes with
   */
  public static DevicePeak of(
      DeviceChoice device, ComputeSettings compute, Optional<Double> told, int threads) {
    if (told.isPresent()) {
      return new DevicePeak(TERA * told.get(), "logging.peak_tflops");
    }
    boolean half = compute.precision() == ComputeSettings.Precision.BF16;
    if (device.kind() == DeviceChoice.Kind.CPU) {
      DevicePeak peak = CpuPeak.measure(half, threads);
      return half ? peak.besideFloat32(CpuPeak.measure(false, threads)) : peak;
    }
    String name = GpuDriver.name(device.index()).orElse("a GPU without a name");
    return GpuPeaks.of(name, compute)
        .orElse(
            new DevicePeak(
                0,
                "%s in %s is in no data sheet known here"
                    .formatted(name, compute.precision().name().toLowerCase(Locale.ROOT))));
  }

  /** The same; warns where it was meant to be fast and is not. */
  DevicePeak besideFloat32(DevicePeak float32) {
    double times = float32.flops() / flops;
    return times <= 1
        ? this
        : new DevicePeak(
            flops,
            source
                + "; warning: fp32 is %s times as fast on this processor, set compute.precision to fp32"
                    .formatted(
                        times < 10
                            ? String.format(Locale.ROOT, "%.1f", times)
                            : String.format(Locale.ROOT, "%,.0f", times)));
  }

  /** Whether there is a number. */
  public boolean isKnown() {
    return flops > 0;
  }

  /** For {@link #sum} on another rank. */
  public byte[] toBytes() {
    byte[] text = source.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Double.BYTES + text.length).putDouble(flops).put(text).array();
  }

  /**
   * Of all ranks together; unknown if one of them is.
   *
   * @param messages of each rank, from {@link #toBytes}
   */
  public static DevicePeak sum(byte[][] messages) {
    List<DevicePeak> all = Arrays.stream(messages).map(DevicePeak::of).toList();
    Optional<DevicePeak> unknown = all.stream().filter(peak -> !peak.isKnown()).findFirst();
    return unknown.orElseGet(
        () ->
            new DevicePeak(all.stream().mapToDouble(DevicePeak::flops).sum(), all.get(0).source()));
  }

  private static DevicePeak of(byte[] message) {
    ByteBuffer in = ByteBuffer.wrap(message);
    double flops = in.getDouble();
    return new DevicePeak(flops, StandardCharsets.UTF_8.decode(in).toString());
  }
}

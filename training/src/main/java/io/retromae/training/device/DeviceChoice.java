package io.retromae.training.device;

import ai.djl.Device;
import io.retromae.core.failure.ConfigException;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.libtorch.TorchRuntime;
import io.retromae.training.settings.ComputeSettings;
import io.retromae.training.settings.DeviceSetting;
import java.util.List;
import java.util.Locale;

/**
 * The device that one task computes on: one GPU, or the CPU.
 *
 * <p>Spark assigns GPUs by address (Spark's documentation, "Configuration", section "Custom
 * Resource Scheduling and Configuration Overview": {@code spark.task.resource.gpu.amount}, {@code
 * TaskContext.resources}). An address is what the executor's discovery script prints. The script
 * shipped with Spark prints {@code nvidia-smi}'s indices, which {@code CUDA_VISIBLE_DEVICES} does
 * not change; in a container of Kubernetes or YARN they count the container's own GPUs; other
 * scripts print UUIDs or MIG names. CUDA numbers the entries of {@code CUDA_VISIBLE_DEVICES} from
 * 0. So an address that is such an entry stands for its place there, and only else is it an index.
 *
 * @param kind CPU or GPU
 * @param index CUDA's index of the GPU in this process; 0 for the CPU
 * @param identity tells devices of one host apart
 */
public record DeviceChoice(Kind kind, int index, String identity) {
  /** No GPU. */
  public static final DeviceChoice ON_CPU = new DeviceChoice(Kind.CPU, 0, "cpu");

  /** Name of Spark's resource. */
  public static final String RESOURCE = "gpu";

  /** Kinds of devices. */
  public enum Kind {
    /** The processor. */
    CPU,
    /** A GPU of NVIDIA. */
    CUDA
  }

  /**
   * Decides for a task in this process, whose engine runs already, and names its GPU by UUID where
   * the driver tells it: in the containers of two executors of one host, different GPUs may have
   * one index.
   *
   * @param setting compute.device
   * @param sparkGpuAddresses what Spark assigned to this task under {@link #RESOURCE}
   * @throws ConfigException if no GPU can be had where one is wanted, or it is not clear which
   */
  public static DeviceChoice here(DeviceSetting setting, List<String> sparkGpuAddresses) {
    VisibleGpus visible = VisibleGpus.of(TorchRuntime.gpus(), System.getenv());
    DeviceChoice choice = of(setting, sparkGpuAddresses, visible);
    if (choice.kind() == Kind.CPU) {
      return choice;
    }
    return GpuDriver.uuid(choice.index())
        .map(uuid -> new DeviceChoice(choice.kind(), choice.index(), "gpu " + uuid))
        .orElse(choice);
  }

  /**
   * Decides.
   *
   * @param setting compute.device
   * @param sparkGpuAddresses what Spark assigned to this task
   * @param visible what CUDA shows to this process
   * @throws ConfigException if no GPU can be had where one is wanted, or it is not clear which
   */
  static DeviceChoice of(
      DeviceSetting setting, List<String> sparkGpuAddresses, VisibleGpus visible) {
    if (setting == DeviceSetting.CPU) {
      return ON_CPU;
    }
    String wanted = "compute.device = " + setting.name().toLowerCase(Locale.ROOT);
    if (!sparkGpuAddresses.isEmpty()) {
      return onGpu(assigned(wanted, sparkGpuAddresses, visible), visible);
    }
    if (visible.count() > 0) {
      return onGpu(0, visible); // Rendezvous refuses two tasks that come to the same GPU this way
    }
    if (setting == DeviceSetting.CUDA) {
      throw new ConfigException(
          wanted
              + ": Spark assigned no GPU to this task and CUDA shows none; set"
              + " spark.executor.resource.gpu.amount and spark.task.resource.gpu.amount=1, and check"
              + " the driver and CUDA_VISIBLE_DEVICES on the executors, or use compute.device: cpu");
    }
    return ON_CPU;
  }

  private static DeviceChoice onGpu(int index, VisibleGpus visible) {
    return new DeviceChoice(Kind.CUDA, index, "gpu " + visible.name(index));
  }

  private static int assigned(String wanted, List<String> addresses, VisibleGpus visible) {
    if (addresses.size() > 1) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "spark.task.resource.gpu.amount = %d: a task computes on one GPU; set it to 1 and raise cluster.workers",
              addresses.size()));
    }
    String address = addresses.get(0);
    if (visible.count() == 0) {
      throw new ConfigException(
          ("%s: Spark assigned GPU %s, but CUDA shows none to the executor; check the driver,"
                  + " CUDA_VISIBLE_DEVICES and that libtorch is one with CUDA, or use"
                  + " compute.device: cpu")
              .formatted(wanted, address));
    }
    int index = index(address, visible);
    if (index < 0 || index >= visible.count()) {
      throw new ConfigException(
          ("%s: Spark assigned GPU %s, but CUDA shows %d to the executor%s; let the discovery script"
                  + " print entries of CUDA_VISIBLE_DEVICES or indices below their number (CUDA shows"
                  + " a process one MIG device at most: give each executor its own)")
              .formatted(
                  wanted,
                  address,
                  visible.count(),
                  visible.names().isEmpty()
                      ? ""
                      : ", CUDA_VISIBLE_DEVICES = " + String.join(",", visible.names())));
    }
    return index;
  }

  /** Where and how precisely a model computes here; prepares a GPU. */
  public Compute compute(ComputeSettings settings) {
    Device device = Device.cpu();
    if (kind == Kind.CUDA) {
      TorchRuntime.prepareGpu(settings.tf32());
      device = Device.gpu(index);
    }
    return Compute.on(
        device,
        settings.precision() == ComputeSettings.Precision.BF16,
        settings.gradientCheckpointing());
  }

  /** CUDA's index of an address, or -1. */
  private static int index(String address, VisibleGpus visible) {
    int named = visible.names().indexOf(address);
    if (named >= 0) {
      return named;
    }
    for (int i = 0; i < visible.names().size(); i++) {
      String name = visible.names().get(i); // CUDA lets the end of a UUID be left out
      if (name.startsWith("GPU-") && address.startsWith(name)) {
        return i;
      }
    }
    boolean number = address.matches("\\d{1,4}");
    if (!number && visible.count() == 1) {
      return visible.names().isEmpty() ? 0 : -1; // a name, and there is only one it can mean
    }
    return number ? Integer.parseInt(address) : -1;
  }
}

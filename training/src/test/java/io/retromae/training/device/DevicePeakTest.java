package io.retromae.training.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.training.libtorch.TorchRuntime;
import io.retromae.training.settings.ComputeSettings;
import io.retromae.training.settings.DeviceSetting;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What mfu is measured against. */
class DevicePeakTest {
  private static final ComputeSettings BF16 = compute(ComputeSettings.Precision.BF16, false);
  private static final ComputeSettings FP32 = compute(ComputeSettings.Precision.FP32, false);
  private static final ComputeSettings TF32 = compute(ComputeSettings.Precision.FP32, true);

  private static ComputeSettings compute(ComputeSettings.Precision precision, boolean tf32) {
    return new ComputeSettings(DeviceSetting.AUTO, precision, tf32, false);
  }

  private static double tera(String name, ComputeSettings compute) {
    return GpuPeaks.of(name, compute).map(peak -> peak.flops() / 1e12).orElse(0.0);
  }

  @Test
  void aGpuIsKnownByTheDriversName() {
    assertEquals(989.5, tera("NVIDIA H200", BF16));
    assertEquals(494.5, tera("NVIDIA H100 80GB HBM3", TF32));
    assertEquals(51, tera("NVIDIA H100 PCIe", FP32));
    assertEquals(312, tera("NVIDIA A100-SXM4-80GB", BF16));
    assertEquals(312, tera("NVIDIA A100 80GB PCIe", BF16));
    assertEquals(121, tera("NVIDIA L4", BF16));
    assertEquals(181.05, tera("NVIDIA L40", BF16));
    assertEquals(362.05, tera("NVIDIA L40S", BF16), "half of 733 with sparsity would be more");
    assertEquals(4500 / 2.0, tera("NVIDIA B200", BF16));
    assertEquals(2200 / 2.0, tera("NVIDIA B200", TF32));
    assertEquals(1513 / 2.0, tera("NVIDIA H100 PCIe", BF16));
    assertEquals(16.4, tera("Tesla V100S-PCIE-32GB", FP32));
    assertEquals(15.7, tera("Tesla V100-SXM2-32GB", TF32), "has no TF32: computes in float32");
  }

  @Test
  void whatIsInNoSheetIsUnknown() {
    assertEquals(0, tera("Tesla V100-SXM2-32GB", BF16));
    assertEquals(0, tera("NVIDIA GeForce RTX 3090 Ti", BF16), "another product");
    assertEquals(0, tera("NVIDIA A10-24Q", BF16), "a part of one, for a virtual machine");
    assertEquals(0, tera("NVIDIA A100-SXM4-40GB MIG 1g.5gb", BF16));
    assertEquals(0, tera("NVIDIA Unheard Of", FP32));
  }

  @Test
  void noNameHidesAnother() {
    Set<String> names = new HashSet<>();
    for (GpuPeaks.Product product : GpuPeaks.PRODUCTS) {
      assertTrue(names.add(product.name()), product.name());
      String sheet = GpuPeaks.of("NVIDIA " + product.name(), FP32).orElseThrow().source();
      assertTrue(sheet.endsWith(", " + product.sheet()), sheet);
    }
  }

  @Test
  void aCpuIsMeasuredInTheTrainingsPrecision() {
    TorchRuntime.start(1);

    DevicePeak fp32 = DevicePeak.of(DeviceChoice.ON_CPU, FP32, Optional.empty(), 1);
    DevicePeak bf16 = DevicePeak.of(DeviceChoice.ON_CPU, BF16, Optional.empty(), 1);

    assertTrue(fp32.flops() > 1e8 && fp32.flops() < 1e15, fp32.toString());
    assertTrue(bf16.flops() > 1e7 && bf16.flops() < 1e15, bf16.toString());
    assertTrue(bf16.source().startsWith("cpu, measured: bf16 product of two "), bf16.source());
  }

  @Test
  void aPrecisionThatIsSlowHereIsWarnedOf() {
    DevicePeak slow = new DevicePeak(1.3e9, "cpu, measured").besideFloat32(peak(81e9));
    DevicePeak fast = new DevicePeak(160e9, "cpu, measured").besideFloat32(peak(81e9));

    assertEquals(
        "cpu, measured; warning: fp32 is 62 times as fast on this processor, set compute.precision to fp32",
        slow.source());
    assertEquals(1.3e9, slow.flops());
    assertEquals(new DevicePeak(160e9, "cpu, measured"), fast);
  }

  private static DevicePeak peak(double flops) {
    return new DevicePeak(flops, "cpu, measured");
  }

  @Test
  void aSettingOverrulesWhatIsKnown() {
    DevicePeak peak = DevicePeak.of(DeviceChoice.ON_CPU, FP32, Optional.of(1.5), 1);

    assertEquals(new DevicePeak(1.5e12, "logging.peak_tflops"), peak);
  }

  @Test
  void workersAddUpUnlessOneIsUnknown() {
    byte[] one = new DevicePeak(2e12, "cpu, measured").toBytes();
    byte[] other = new DevicePeak(1e12, "cpu, measured").toBytes();
    byte[] unknown = new DevicePeak(0, "NVIDIA Ü is in no sheet").toBytes();

    assertEquals(new DevicePeak(3e12, "cpu, measured"), DevicePeak.sum(new byte[][] {one, other}));
    DevicePeak none = DevicePeak.sum(new byte[][] {one, unknown});
    assertFalse(none.isKnown());
    assertEquals("NVIDIA Ü is in no sheet", none.source());
  }
}

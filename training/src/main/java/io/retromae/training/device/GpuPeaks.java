package io.retromae.training.device;

import io.retromae.training.settings.ComputeSettings;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Operations a second that NVIDIA's data sheets promise of a GPU's matrix products, dense: where a
 * sheet gives numbers "with sparsity" alone, half of them. Those of Hopper and Blackwell do:
 *
 * <ul>
 *   <li>"NVIDIA Blackwell" (GB200 NVL72, HGX B200), one GPU of an HGX B200: bfloat16 4.5 PFLOPS,
 *       TF32 2.2 PFLOPS, float32 75 TFLOPS
 *   <li>"NVIDIA H100 Tensor Core GPU" and "NVIDIA H200 Tensor Core GPU", SXM: bfloat16 1,979
 *       TFLOPS, TF32 989, float32 67
 *   <li>"NVIDIA H100 Tensor Core GPU" of 2022, PCIe: bfloat16 1,513 TFLOPS, TF32 756, float32 51
 * </ul>
 *
 * <p>Those of Ampere and Ada ("NVIDIA A100 Tensor Core GPU", "NVIDIA A10", "NVIDIA A40", "NVIDIA
 * L4", "NVIDIA L40", "NVIDIA L40S") give both, of which the lower is here. The white papers of
 * GeForce and RTX count products with float16 sums, too, which are twice as fast; here are those
 * with float32 sums.
 */
public final class GpuPeaks {
  private static final double TERA = 1e12;

  /** What may follow a name of the list: form and memory, which make no other peak. */
  private static final Pattern VARIANT =
      Pattern.compile("|-(SXM|PCIE|PG|\\d+GB).*| \\d+GB.*| PCIe| Generation");

  private GpuPeaks() {}

  /**
   * A product.
   *
   * @param name as the driver has it, without NVIDIA and what tells variants apart
   * @param bf16 with float32 sums, in 10^12 a second; 0 if it has no units for it
   * @param tf32 likewise
   * @param fp32 without tensor cores
   * @param sheet where that stands
   */
  record Product(String name, double bf16, double tf32, double fp32, String sheet) {
    private Optional<Double> peak(ComputeSettings.Precision precision, boolean mayRound) {
      double tera =
          switch (precision) {
            case BF16 -> bf16;
            case FP32 -> mayRound && tf32 > 0 ? tf32 : fp32;
          };
      return tera > 0 ? Optional.of(TERA * tera) : Optional.empty();
    }
  }

  /** The first that fits counts. */
  static final List<Product> PRODUCTS =
      List.of(
          new Product("B200", 2250, 1100, 75, "NVIDIA Blackwell data sheet (2025), HGX B200"),
          new Product("H200 NVL", 835, 417.5, 60, "NVIDIA H200 data sheet (2024)"),
          new Product("H200", 989.5, 494.5, 67, "NVIDIA H200 data sheet (2024)"),
          new Product("H100 PCIe", 756.5, 378, 51, "NVIDIA H100 data sheet (2022)"),
          new Product("H100 NVL", 835, 417.5, 60, "NVIDIA H100 data sheet (2024)"),
          new Product("H100", 989.5, 494.5, 67, "NVIDIA H100 data sheet (2023)"),
          new Product("A100", 312, 156, 19.5, "NVIDIA A100 data sheet (2021)"),
          new Product("A800", 312, 156, 19.5, "NVIDIA A800 data sheet (2022)"),
          new Product("A30", 165, 82, 10.3, "NVIDIA A30 data sheet (2021)"),
          new Product("A10", 125, 62.5, 31.2, "NVIDIA A10 data sheet (2021)"),
          new Product("A40", 149.7, 74.8, 37.4, "NVIDIA A40 data sheet (2021)"),
          new Product("L40S", 362.05, 183, 91.6, "NVIDIA L40S data sheet (2023)"),
          new Product("L40", 181.05, 90.5, 90.5, "NVIDIA L40 data sheet (2022)"),
          new Product("L4", 121, 60, 30.3, "NVIDIA L4 data sheet (2023)"),
          new Product("RTX A6000", 154.8, 77.4, 38.7, "NVIDIA RTX A6000 data sheet (2021)"),
          new Product(
              "RTX 6000 Ada", 364.2, 182.1, 91.1, "NVIDIA Ada architecture white paper (2023)"),
          new Product(
              "GeForce RTX 4090", 165.2, 82.6, 82.6, "NVIDIA Ada architecture white paper (2023)"),
          new Product(
              "GeForce RTX 3090", 71, 35.6, 35.6, "NVIDIA GA102 architecture white paper (2021)"),
          new Product("Tesla V100-SXM2", 0, 0, 15.7, "NVIDIA V100 data sheet (2020)"),
          new Product("Tesla V100S-PCIE", 0, 0, 16.4, "NVIDIA V100 data sheet (2020)"),
          new Product("Tesla V100-PCIE", 0, 0, 14, "NVIDIA V100 data sheet (2020)"),
          new Product("Tesla T4", 0, 0, 8.1, "NVIDIA T4 data sheet (2019)"));

  /**
   * The peak of a GPU in a precision.
   *
   * @param name as the driver has it
   * @return empty if the product, or the precision on it, is in no sheet we know, or the name is
   *     that of a part of one (MIG)
   */
  public static Optional<DevicePeak> of(String name, ComputeSettings compute) {
    String plain = name.startsWith("NVIDIA ") ? name.substring("NVIDIA ".length()) : name;
    if (plain.contains(" MIG ")) {
      return Optional.empty();
    }
    return PRODUCTS.stream()
        .filter(product -> isOf(product, plain))
        .findFirst()
        .flatMap(
            product ->
                product
                    .peak(compute.precision(), compute.tf32())
                    .map(peak -> new DevicePeak(peak, name + ", " + product.sheet())));
  }

  /** "A100-SXM4-80GB" is an "A100", but "GeForce RTX 3090 Ti" no "GeForce RTX 3090". */
  private static boolean isOf(Product product, String name) {
    return name.startsWith(product.name())
        && VARIANT.matcher(name.substring(product.name().length())).matches();
  }
}

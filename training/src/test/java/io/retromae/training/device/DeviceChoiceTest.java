package io.retromae.training.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.training.settings.DeviceSetting;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DeviceChoiceTest {
  private static VisibleGpus visible(int count, String variable) {
    return VisibleGpus.of(
        count, variable == null ? Map.of() : Map.of("CUDA_VISIBLE_DEVICES", variable));
  }

  private static String refusal(DeviceSetting setting, List<String> addresses, VisibleGpus gpus) {
    return assertThrows(ConfigException.class, () -> DeviceChoice.of(setting, addresses, gpus))
        .getMessage();
  }

  @Test
  void theCpuIsTakenWhereItIsAskedForOrThereIsNothingElse() {
    assertEquals(
        DeviceChoice.ON_CPU,
        DeviceChoice.of(DeviceSetting.CPU, List.of("1"), visible(4, "0,1,2,3")));
    assertEquals(
        DeviceChoice.ON_CPU, DeviceChoice.of(DeviceSetting.AUTO, List.of(), visible(0, null)));
  }

  @ParameterizedTest(name = "address {0} of {1} GPUs, CUDA_VISIBLE_DEVICES = {2}: {3}")
  @CsvSource({
    "0, 1, , 0, gpu 0",
    "3, 4, , 3, gpu 3",
    "3, 2, '2,3', 1, gpu 3",
    "0, 2, '1,0', 1, gpu 0",
    "1, 2, '4, 5', 1, gpu 5",
    "1, 2, 'GPU-aa,GPU-bb', 1, gpu GPU-bb",
    "GPU-bb, 2, 'GPU-aa,GPU-bb', 1, gpu GPU-bb",
    "GPU-bb12-3456, 2, 'GPU-aa,GPU-bb', 1, gpu GPU-bb",
    "MIG-1f, 1, MIG-1f, 0, gpu MIG-1f",
    "GPU-aa, 1, , 0, gpu 0"
  })
  void anAddressIsAnEntryOfTheVariableOrElseAnIndex(
      String address, int count, String variable, int index, String identity) {
    for (DeviceSetting setting : List.of(DeviceSetting.AUTO, DeviceSetting.CUDA)) {
      DeviceChoice choice = DeviceChoice.of(setting, List.of(address), visible(count, variable));

      assertEquals(new DeviceChoice(DeviceChoice.Kind.CUDA, index, identity), choice);
    }
  }

  @ParameterizedTest(name = "address {0} of {1} GPUs, CUDA_VISIBLE_DEVICES = {2}")
  @CsvSource({
    "4, 4, ",
    "GPU-cc, 2, 'GPU-aa,GPU-bb'",
    "GPU-cc, 2, ",
    "GPU-cc, 1, GPU-aa",
    "MIG-2, 1, 'MIG-1,MIG-2'"
  })
  void anAddressThatCudaDoesNotShowIsRefused(String address, int count, String variable) {
    String message = refusal(DeviceSetting.AUTO, List.of(address), visible(count, variable));

    assertTrue(message.contains("Spark assigned GPU " + address), message);
    assertTrue(message.contains("discovery script"), message);
  }

  @ParameterizedTest
  @EnumSource(
      value = DeviceSetting.class,
      names = {"AUTO", "CUDA"})
  void anAssignedGpuThatTheEngineCannotUseIsNotReplacedByTheCpu(DeviceSetting setting) {
    String message = refusal(setting, List.of("0"), visible(0, null));

    assertTrue(message.contains("CUDA shows none to the executor"), message);
    assertTrue(message.contains("compute.device: cpu"), message);
  }

  @Test
  void noGpuWhereOneIsRequiredIsRefused() {
    String message = refusal(DeviceSetting.CUDA, List.of(), visible(0, null));

    assertTrue(message.contains("compute.device = cuda"), message);
    assertTrue(message.contains("spark.task.resource.gpu.amount=1"), message);
  }

  @Test
  void severalGpusForOneTaskAreRefused() {
    String message = refusal(DeviceSetting.AUTO, List.of("0", "1"), visible(2, null));

    assertTrue(message.contains("spark.task.resource.gpu.amount = 2"), message);
  }

  @Test
  void withoutSparksAssignmentTheFirstGpuIsTaken() {
    DeviceChoice choice = DeviceChoice.of(DeviceSetting.AUTO, List.of(), visible(2, "5,6"));

    assertEquals(new DeviceChoice(DeviceChoice.Kind.CUDA, 0, "gpu 5"), choice);
  }

  @Test
  void aGpuThatTheDriverDoesNotKnowHasNoUuid() {
    assertEquals(Optional.empty(), GpuDriver.uuid(999));
  }
}

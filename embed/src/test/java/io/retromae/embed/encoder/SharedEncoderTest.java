package io.retromae.embed.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.training.bert.Pooling;
import io.retromae.training.device.DeviceChoice;
import io.retromae.training.libtorch.TorchRuntime;
import io.retromae.training.safetensors.TensorData;
import io.retromae.training.settings.DeviceSetting;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedEncoderTest {
  @TempDir Path path;
  private TinyFolder folder;

  @BeforeEach
  void write() {
    TorchRuntime.start(1);
    SharedEncoder.closeIdle();
    folder = new TinyFolder(path);
  }

  @AfterEach
  void nothingIsLeft() {
    assertEquals(0, SharedEncoder.users());
    SharedEncoder.closeIdle();
    assertEquals(0, SharedEncoder.models());
  }

  private EncoderSpec spec(Pooling pooling) {
    return folder
        .open()
        .spec(
            new EncoderOptions(
                Optional.of(pooling),
                Optional.empty(),
                Optional.empty(),
                1_000,
                DeviceSetting.CPU));
  }

  private TextEncoder acquire(EncoderSpec spec) {
    return SharedEncoder.acquire(folder.storage(), spec);
  }

  @Test
  void tasksOfOneSpecificationShareOneModel() throws Exception {
    EncoderSpec spec = spec(Pooling.MEAN);
    List<String> texts = List.of("a b c", "", "some more words", "a");
    ExecutorService tasks = Executors.newFixedThreadPool(4);
    List<Future<float[][]>> results = new ArrayList<>();
    CountDownLatch all = new CountDownLatch(4);
    for (int i = 0; i < 4; i++) {
      results.add(
          tasks.submit(
              () -> {
                try (TextEncoder encoder = acquire(spec)) {
                  all.countDown();
                  all.await();
                  assertEquals(1, SharedEncoder.models());
                  return encoder.encode(texts);
                }
              }));
    }
    for (Future<float[][]> result : results) {
      for (int i = 0; i < texts.size(); i++) {
        assertArrayEquals(results.get(0).get()[i], result.get()[i]);
      }
    }
    tasks.shutdown();
  }

  @Test
  void aModelIsKeptForTheNextTaskUntilAnotherIsWanted() {
    acquire(spec(Pooling.CLS)).close();
    assertEquals(1, SharedEncoder.models());
    acquire(spec(Pooling.CLS)).close();
    assertEquals(1, SharedEncoder.models());

    try (TextEncoder mean = acquire(spec(Pooling.MEAN))) {
      assertEquals(1, SharedEncoder.models(), "the idle one was closed");
      try (TextEncoder cls = acquire(spec(Pooling.CLS))) {
        assertEquals(2, SharedEncoder.models(), "one that is used is not");
        assertEquals(mean.width(), cls.width());
      }
    }
  }

  private EncoderSpec spec(int maxLength, Pooling pooling) {
    return folder
        .open()
        .spec(
            new EncoderOptions(
                Optional.of(pooling),
                Optional.of(maxLength > 10),
                Optional.of(maxLength),
                10 * maxLength,
                DeviceSetting.CPU));
  }

  @Test
  void queriesAndPassagesShareTheModelOfTheirFolder() {
    try (TextEncoder queries = acquire(spec(8, Pooling.CLS));
        TextEncoder passages = acquire(spec(30, Pooling.LAST_TOKEN))) {
      assertEquals(1, SharedEncoder.models());
      assertEquals(2, SharedEncoder.users());
      String text = "a b c d e f g h i j k l";
      float[] query = queries.encode(List.of(text))[0];
      float[] passage = passages.encode(List.of(text))[0];
      SharedEncoder.closeIdle();

      try (TextEncoder alone = acquire(spec(30, Pooling.LAST_TOKEN))) {
        assertArrayEquals(passage, alone.encode(List.of(text))[0]);
        assertArrayEquals(query, queries.encode(List.of("a b c d e f"))[0], "cut at 8 tokens");
      }
    }
  }

  @Test
  void ofTwoThatFallIdleTheLaterIsKept() {
    TextEncoder mean = acquire(spec(Pooling.MEAN));
    TextEncoder cls = acquire(spec(Pooling.CLS));
    cls.close();
    assertEquals(2, SharedEncoder.models(), "one idle");

    mean.close();

    assertEquals(1, SharedEncoder.models());
  }

  @Test
  void whatLiesDeeperInTheFolderIsNotTheModels() {
    folder.withModules("{\"pooling_mode\": \"cls\"}");
    try (TextEncoder first = acquire(spec(Pooling.CLS))) {
      folder.text("vectors/part-00000.log", "something that another job writes");
      try (TextEncoder second = acquire(spec(Pooling.CLS))) {
        assertEquals(1, SharedEncoder.models());
        assertEquals(first.width(), second.width());
      }
      folder.text("1_Pooling/config.json", "{\"pooling_mode\": \"cls\", \"more\": 1}");
      try (TextEncoder second = acquire(spec(Pooling.CLS))) {
        assertEquals(2, SharedEncoder.models());
        assertEquals(first.width(), second.width());
      }
    }
  }

  @Test
  void closingWaitsForWhatIsBeingEncoded() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    List<String> slow =
        new AbstractList<>() {
          @Override
          public String get(int index) {
            begun.countDown();
            awaitQuietly(end);
            return "a b";
          }

          @Override
          public int size() {
            return 1;
          }
        };
    TextEncoder encoder = acquire(spec(Pooling.CLS));
    ExecutorService writer = Executors.newSingleThreadExecutor();
    Future<float[][]> result = writer.submit(() -> encoder.encode(slow));
    assertTrue(begun.await(60, TimeUnit.SECONDS));
    Thread closing = new Thread(encoder::close);
    closing.start();
    while (closing.getState() != Thread.State.BLOCKED && closing.isAlive()) {
      Thread.onSpinWait();
    }

    assertTrue(closing.isAlive(), "it waits");
    assertEquals(1, SharedEncoder.users());
    end.countDown();
    assertEquals(1, result.get().length);
    closing.join();
    assertEquals(0, SharedEncoder.users());
    writer.shutdown();
  }

  private static SharedEncoder.Key key(String folder, DeviceChoice device) {
    return new SharedEncoder.Key(folder, device, 1, false, List.of());
  }

  private LoadedEncoder load(EncoderSpec spec) {
    return LoadedEncoder.load(folder.storage(), spec, DeviceChoice.ON_CPU, 1);
  }

  @Test
  void whileAModelIsLoadedOnlyThoseWaitWhoWantIt() throws Exception {
    EncoderSpec spec = spec(Pooling.MEAN);
    SharedEncoder.Key slow = key("slow", DeviceChoice.ON_CPU);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    ExecutorService tasks = Executors.newFixedThreadPool(2);
    TextEncoder other = acquire(spec);
    Future<TextEncoder> first =
        tasks.submit(
            () ->
                SharedEncoder.acquire(
                    slow,
                    spec,
                    () -> {
                      begun.countDown();
                      awaitQuietly(end);
                      throw new IllegalStateException("interrupted, say");
                    }));
    assertTrue(begun.await(60, TimeUnit.SECONDS));
    Future<TextEncoder> second =
        tasks.submit(() -> SharedEncoder.acquire(slow, spec, () -> load(spec)));

    other.close(); // and does not wait
    acquire(spec).close();
    end.countDown();

    assertThrows(ExecutionException.class, first::get);
    try (TextEncoder tried = second.get()) { // the failure is not its own
      assertEquals(1, tried.encode(List.of("a")).length);
    }
    tasks.shutdown();
  }

  @Test
  void aSecondModelOnAGpuIsRefusedByNameUnlessTheFirstIsIdle() {
    EncoderSpec spec = spec(Pooling.MEAN);
    DeviceChoice gpu = new DeviceChoice(DeviceChoice.Kind.CUDA, 0, "gpu 0");
    try (TextEncoder one = SharedEncoder.acquire(key("one", gpu), spec, () -> load(spec));
        TextEncoder onCpu = acquire(spec)) {
      String message =
          assertThrows(
                  ConfigException.class,
                  () -> SharedEncoder.acquire(key("two", gpu), spec, () -> load(spec)))
              .getMessage();
      assertTrue(message.startsWith("two: a GPU computes with one model"), message);
      assertTrue(message.contains("in use, one;"), message);
      assertEquals(one.width(), onCpu.width());
    }
    SharedEncoder.acquire(key("two", gpu), spec, () -> load(spec)).close();
  }

  @Test
  void closingTwiceGivesBackOnceAndAClosedOneIsRefused() {
    TextEncoder first = acquire(spec(Pooling.CLS));
    try (TextEncoder second = acquire(spec(Pooling.CLS))) {
      first.close();
      first.close();

      assertEquals(1, SharedEncoder.users());
      assertThrows(IllegalStateException.class, () -> first.encode(List.of("a")));
      assertThrows(IllegalStateException.class, () -> first.encodeIds(List.of()));
      assertEquals(1, second.encode(List.of("a")).length);
    }
  }

  @Test
  void aFolderThatHasChangedIsLoadedAnew() {
    EncoderSpec spec = spec(Pooling.CLS);
    float[] before;
    try (TextEncoder encoder = acquire(spec)) {
      before = encoder.encode(List.of("a b"))[0];
    }
    TensorData table = folder.tensor("bert.embeddings.word_embeddings.weight");
    ByteBuffer doubled = ByteBuffer.allocate(4 * table.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < table.size(); i++) {
      doubled.putFloat(4 * i, (i % 7 + 1) * table.bytes().getFloat(4 * i));
    }
    folder.with(
        "bert.embeddings.word_embeddings.weight", new TensorData("F32", table.shape(), doubled));
    folder.text("README.md", "another size of the folder, should both be written in one tick");

    try (TextEncoder encoder = acquire(spec)) {
      assertNotEquals(before[0], encoder.encode(List.of("a b"))[0][0]);
    }
  }

  @Test
  void whatCannotBeLoadedLeavesNothingBehind() {
    EncoderSpec spec = spec(Pooling.CLS);
    TensorData bias = folder.tensor("bert.encoder.layer.2.output.dense.bias");
    ByteBuffer notFinite = ByteBuffer.allocate(4 * bias.size()).order(ByteOrder.LITTLE_ENDIAN);
    notFinite.putFloat(12, Float.NaN);
    folder.with(
        "bert.encoder.layer.2.output.dense.bias", new TensorData("F32", bias.shape(), notFinite));

    String message = assertThrows(CorruptDataException.class, () -> acquire(spec)).getMessage();

    assertTrue(message.contains("value 3 of bert.encoder.layer.2.output.dense.bias"), message);
    assertEquals(0, SharedEncoder.models());
  }

  @Test
  void aBatchThatFailsGivesTheOthersUpAndLeavesTheLeaseUsable() {
    try (TextEncoder encoder = acquire(spec(Pooling.CLS))) {
      assertThrows(
          ConfigException.class, () -> encoder.encodeIds(List.of(new int[] {7}, new int[] {999})));
      assertEquals(1, encoder.encode(List.of("a")).length);
    }
    try (BatchThreads threads = new BatchThreads(1)) {
      AtomicInteger ran = new AtomicInteger();
      BatchThreads.Pending pending =
          threads.submit(
              List.of(
                  () -> {
                    throw new IllegalStateException("in native code");
                  },
                  ran::incrementAndGet));

      assertThrows(IllegalStateException.class, pending::await);
      assertEquals(0, ran.get());
    }
  }

  @Test
  void whoIsInterruptedStillWaitsForWhatRuns() throws Exception {
    try (BatchThreads threads = new BatchThreads(1)) {
      CountDownLatch begun = new CountDownLatch(1);
      CountDownLatch end = new CountDownLatch(1);
      AtomicInteger done = new AtomicInteger();
      BatchThreads.Pending pending =
          threads.submit(
              List.of(
                  () -> {
                    begun.countDown();
                    awaitQuietly(end);
                    done.incrementAndGet();
                  },
                  done::incrementAndGet));
      assertTrue(begun.await(60, TimeUnit.SECONDS));
      Thread waiting = Thread.currentThread();
      waiting.interrupt();
      Thread other =
          new Thread(
              () -> {
                while (waiting.isInterrupted()) { // until it waits and has been told
                  Thread.onSpinWait();
                }
                end.countDown();
              });
      other.start();

      assertThrows(CancellationException.class, pending::await);

      assertTrue(Thread.interrupted(), "it stays interrupted");
      assertTrue(done.get() >= 1, "what ran was waited for");
      other.join();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

package io.retromae.training.libtorch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ClusterException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeCacheTest {
  private static final byte[] CONTENT = new byte[8 << 20];

  @TempDir private Path folder;
  private Path library;

  @BeforeEach
  void library() throws IOException {
    library = Files.write(folder.resolve("lib.so"), CONTENT);
  }

  /**
   * A process of its own that unpacks, checks what it sees at once, and tells which copy it saw.
   */
  static final class Unpacking {
    public static void main(String[] args) throws IOException {
      Path cache = Path.of(args[0]);
      Path library = Path.of(args[1]);
      System.out.println("ready");
      System.in.read();
      new NativeCache(cache).unpack("v1", Map.of("lib.so", library.toUri().toURL()));
      Path unpacked = cache.resolve("v1/lib.so");
      String copy = Files.getAttribute(unpacked, "unix:ino").toString();
      System.out.println(Files.mismatch(library, unpacked) == -1 ? copy : "half");
    }
  }

  private Process start(Path cache, Path source) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            Unpacking.class.getName(),
            cache.toString(),
            source.toString());
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static BufferedReader output(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  @Test
  void fourProcessesAtOnceUnpackOnceAndSeeItWhole() throws Exception {
    Path cache = Files.createDirectory(folder.resolve("cache"));
    List<Process> processes = new ArrayList<>();
    List<BufferedReader> outputs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      processes.add(start(cache, library));
      outputs.add(output(processes.get(i)));
    }
    for (BufferedReader output : outputs) {
      assertEquals("ready", output.readLine());
    }

    for (Process process : processes) {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
    }

    Set<String> copies = new HashSet<>();
    for (BufferedReader output : outputs) {
      copies.add(output.readLine());
    }
    assertEquals(1, copies.size(), "copies " + copies);
    assertTrue(!copies.contains("half") && !copies.contains(null), "copies " + copies);
    assertEquals(Set.of("retromae.lock", "v1"), names(cache));
  }

  @Test
  void whatAKilledProcessLeftIsRemovedAndUnpackedAgain() throws Exception {
    Path cache = Files.createDirectory(folder.resolve("cache"));
    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    Process killed = start(cache, pipe); // its copy cannot end before somebody writes all of it
    try (BufferedReader output = output(killed)) {
      assertEquals("ready", output.readLine());
      killed.getOutputStream().write('\n');
      killed.getOutputStream().flush();
      try (var half = Files.newOutputStream(pipe)) { // opens when the process has begun to read
        half.write(CONTENT, 0, 1 << 20);
        killed.destroyForcibly().waitFor();
      } catch (IOException e) {
        assertTrue(!killed.isAlive(), () -> "not by the kill: " + e);
      }
    }
    assertTrue(
        names(cache).stream().anyMatch(name -> name.startsWith("unpacking-")),
        "nothing was left: " + names(cache));

    new NativeCache(cache).unpack("v1", Map.of("lib.so", library.toUri().toURL()));

    assertArrayEquals(CONTENT, Files.readAllBytes(cache.resolve("v1/lib.so")));
    assertEquals(Set.of("retromae.lock", "v1"), names(cache));
  }

  @Test
  void aFolderWithAShortLibraryIsMadeWhole() throws IOException {
    Path cache = Files.createDirectories(folder.resolve("cache/v1")).getParent();
    Files.write(cache.resolve("v1/lib.so"), new byte[10]);

    new NativeCache(cache).unpack("v1", Map.of("lib.so", library.toUri().toURL()));

    assertArrayEquals(CONTENT, Files.readAllBytes(cache.resolve("v1/lib.so")));
  }

  @Test
  void aWholeFolderIsLeftAlone() throws IOException {
    Path cache = Files.createDirectory(folder.resolve("cache"));
    new NativeCache(cache).unpack("v1", Map.of("lib.so", library.toUri().toURL()));
    Object first = Files.getAttribute(cache.resolve("v1/lib.so"), "unix:ino");
    Files.delete(cache.resolve("retromae.lock"));

    new NativeCache(cache).unpack("v1", Map.of("lib.so", library.toUri().toURL()));

    assertEquals(first, Files.getAttribute(cache.resolve("v1/lib.so"), "unix:ino"));
    assertEquals(Set.of("v1"), names(cache), "an image's folder cannot be written");
  }

  @Test
  void whatCannotBeWrittenIsNamedWithTheSetting() throws IOException {
    Path file = Files.writeString(folder.resolve("a-file"), "");

    var failure =
        assertThrows(
            ClusterException.class,
            () ->
                new NativeCache(file.resolve("below"))
                    .unpack("v1", Map.of("lib.so", library.toUri().toURL())));

    assertTrue(failure.getMessage().contains(file + "/below/v1"), failure.getMessage());
    assertTrue(failure.getMessage().contains("DJL_CACHE_DIR"), failure.getMessage());
  }

  private static Set<String> names(Path folder) throws IOException {
    Set<String> names = new HashSet<>();
    try (var members = Files.list(folder)) {
      members.forEach(member -> names.add(member.getFileName().toString()));
    }
    return names;
  }
}

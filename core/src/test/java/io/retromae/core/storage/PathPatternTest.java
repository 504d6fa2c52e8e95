package io.retromae.core.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.retromae.core.failure.ConfigException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.functional.RemoteIterators;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {
  @TempDir Path folder;
  private final Storage storage = new Storage(new Configuration());

  private void write(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "x");
  }

  private List<PathPattern.Match> find(String pattern, boolean links) {
    return PathPattern.find(storage, folder + "/" + pattern, links);
  }

  /** Names of what was found, relative to the folder, with its kind if it is no file. */
  private String names(String pattern, boolean links) {
    int prefix = ("file:" + folder + "/").length();
    return String.join(
        " ",
        find(pattern, links).stream()
            .map(
                match -> {
                  StoredNode node = match.node();
                  boolean file = node.kind() == StoredNode.Kind.FILE;
                  return node.path().substring(prefix) + (file ? "" : "=" + node.kind());
                })
            .toList());
  }

  private String names(String pattern) {
    return names(pattern, false);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | a/b/l2.jsonl a/l1.jsonl a/readme l0.jsonl x=1/l1.jsonl",
        "**/*.jsonl | a/b/l2.jsonl a/l1.jsonl l0.jsonl x=1/l1.jsonl",
        "** | a/b/l2.jsonl a/l1.jsonl a/readme l0.jsonl x=1/l1.jsonl",
        "**/** | a/b/l2.jsonl a/l1.jsonl a/readme l0.jsonl x=1/l1.jsonl",
        "a/**/*.jsonl | a/b/l2.jsonl a/l1.jsonl",
        "**/b/*.jsonl | a/b/l2.jsonl",
        "**/l1.jsonl | a/l1.jsonl x=1/l1.jsonl",
        "**/b | a/b/l2.jsonl",
        "*/**/l?.jsonl | a/b/l2.jsonl a/l1.jsonl x=1/l1.jsonl",
        "* | a/b/l2.jsonl a/l1.jsonl a/readme l0.jsonl x=1/l1.jsonl",
        "*/ | a/b/l2.jsonl a/l1.jsonl a/readme l0.jsonl x=1/l1.jsonl",
        "*.jsonl | l0.jsonl",
        "a/ | a/b/l2.jsonl a/l1.jsonl a/readme",
        "{a,x=1}/*.jsonl | a/l1.jsonl x=1/l1.jsonl",
        "{a/b,x=1}/*.jsonl | a/b/l2.jsonl x=1/l1.jsonl",
        "{a,a/b}/**/*.jsonl | a/b/l2.jsonl a/l1.jsonl",
        "[a-b]/* | a/b/l2.jsonl a/l1.jsonl a/readme",
        "l0.jsonl/* | ''",
        "none/**/*.jsonl | ''",
        "l0.jsonl | l0.jsonl"
      })
  void patternsNameWhatTheySay(String pattern, String expected) throws IOException {
    for (String name : List.of("l0.jsonl", "a/l1.jsonl", "a/b/l2.jsonl", "a/readme")) {
      write(name);
    }
    write("x=1/l1.jsonl");

    assertEquals(expected, names(pattern));
    for (String scheme : List.of("remote", "s3like")) {
      assertEquals(expected, elsewhere(scheme, pattern), scheme);
    }
  }

  /** The same folder behind a file system that is not known to be local. */
  public static class RemoteFileSystem extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("remote:///");
    }
  }

  /** One that lists all below a folder at once. */
  public static final class ObjectStore extends RemoteFileSystem {
    @Override
    public URI getUri() {
      return URI.create("s3like:///");
    }

    @Override
    public RemoteIterator<LocatedFileStatus> listFiles(
        org.apache.hadoop.fs.Path top, boolean recursive) throws IOException {
      List<LocatedFileStatus> files = new ArrayList<>();
      add(top, files);
      return RemoteIterators.remoteIteratorFromIterable(files);
    }

    private static LocatedFileStatus located(FileStatus file) {
      FsPermission any = FsPermission.getFileDefault();
      long time = file.getModificationTime();
      return new LocatedFileStatus(
          file.getLen(),
          false,
          1,
          1,
          time,
          time,
          any,
          "",
          "",
          null,
          file.getPath(),
          false,
          false,
          false,
          new BlockLocation[0]);
    }

    private void add(org.apache.hadoop.fs.Path top, List<LocatedFileStatus> files)
        throws IOException {
      for (FileStatus status : listStatus(top)) {
        if (status.isDirectory()) {
          add(status.getPath(), files);
        } else {
          files.add(located(status));
        }
      }
    }
  }

  private String elsewhere(String scheme, String pattern) {
    Configuration configuration = new Configuration(false);
    configuration.set("fs.remote.impl", RemoteFileSystem.class.getName());
    configuration.set("fs.s3like.impl", ObjectStore.class.getName());
    String root = scheme + ":" + folder + "/";
    return String.join(
        " ",
        PathPattern.find(new Storage(configuration), root + pattern, false).stream()
            .map(match -> match.node().path().substring(root.length()))
            .toList());
  }

  @Test
  void namesThatLookLikePatternsAreThemselves() throws IOException {
    for (String name :
        List.of("sq[1].jsonl", "br{a,b}.jsonl", "co:lon", "h#sh%20", "g[1]/x", "*/y")) {
      write(name);
    }
    write("g1/other");

    assertEquals("sq[1].jsonl", names("sq[1].jsonl"));
    assertEquals("br{a,b}.jsonl", names("br{a,b}.jsonl"));
    assertEquals("g[1]/x", names("g[1]"));
    assertEquals("*/y", names("*"), "a folder that is called so");
    assertEquals("co:lon", names("co*"));
    assertEquals("h#sh%20", names("**/h*"));
    assertEquals('x', storage.read(find("co*", false).get(0).node().path())[0]);
  }

  @Test
  void doubleStarsWithinANameAreRefused() {
    var refusal = assertThrows(ConfigException.class, () -> names("**.jsonl"));

    assertTrue(refusal.getMessage().contains("** must stand alone"), refusal.getMessage());
  }

  @Test
  void brokenPatternsAreRefused() {
    for (String pattern : List.of("[a", "x/**/[a", "{a")) {
      assertThrows(ConfigException.class, () -> names(pattern), pattern);
    }
  }

  @Test
  void linksAreFoundAsSuchUnlessTheyAreFollowed() throws IOException {
    write("in/a.jsonl");
    write("out/b.jsonl");
    Files.createSymbolicLink(folder.resolve("in/file"), folder.resolve("out/b.jsonl"));
    Files.createSymbolicLink(folder.resolve("in/folder"), folder.resolve("out"));
    Files.createSymbolicLink(folder.resolve("in/lost"), folder.resolve("nowhere"));
    Files.createSymbolicLink(folder.resolve("named"), folder.resolve("in"));

    assertEquals("in/a.jsonl in/file=LINK in/folder=LINK in/lost=LINK", names("in"));
    assertEquals("in/folder=LINK named=LINK", names("{in/f*r,n*}"));
    assertEquals(
        "named/a.jsonl named/file named/folder/b.jsonl named/lost=LINK", names("named", true));
    List<PathPattern.Match> both = find("{in/file,out}", true);
    assertEquals(both.get(0).identity(), both.get(1).identity());
    assertEquals(both.get(1).node().path(), both.get(1).identity(), "the file itself");
  }

  @Test
  void linksInACircleEnd() throws IOException {
    write("in/a/x");
    write("in/b/y");
    Files.createSymbolicLink(folder.resolve("in/a/to_b"), folder.resolve("in/b"));
    Files.createSymbolicLink(folder.resolve("in/b/to_a"), folder.resolve("in/a"));
    Files.createSymbolicLink(folder.resolve("in/up"), folder.resolve("in"));
    Files.createSymbolicLink(folder.resolve("in/self"), folder.resolve("in/self"));

    assertEquals(
        "in/a/to_b/to_a=LOOP in/a/to_b/y in/a/x in/b/to_a/to_b=LOOP in/b/to_a/x in/b/y"
            + " in/self=LINK in/up=LOOP",
        names("in", true));
  }

  @Test
  void pipesAreNoFiles() throws Exception {
    assumeTrue(shell("mkfifo pipe"), "no mkfifo");

    assertEquals("pipe=SPECIAL", names(""));
  }

  @Test
  void namesThatJavaCannotSayAreFoundAsSuch() throws Exception {
    assumeTrue(shell("echo x > $'caf\\xe9.jsonl' && mkdir $'d\\xe9' && echo x > plain"), "no bash");

    List<PathPattern.Match> found = find("*", false);

    assertEquals(
        List.of(StoredNode.Kind.UNNAMEABLE, StoredNode.Kind.UNNAMEABLE, StoredNode.Kind.FILE),
        found.stream().map(match -> match.node().kind()).toList());
    assertTrue(found.get(0).node().detail().contains("UTF-8"), found.get(0).node().detail());
    assertEquals(2, find("**/*.jsonl", false).size() + find("pl*", false).size());
  }

  private boolean shell(String command) throws Exception {
    return new ProcessBuilder("bash", "-c", command).directory(folder.toFile()).start().waitFor()
        == 0;
  }
}

package io.retromae.etl.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputListingTest {
  private static final Storage STORAGE = new Storage(new Configuration());
  private static final FileSettings FLAT = new FileSettings(false, false, 250);
  private static final FileSettings LINKED = new FileSettings(true, true, 250);

  @TempDir Path folder;

  private void write(String... names) throws IOException {
    for (String name : names) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "{}");
    }
  }

  private InputListing list(String pattern, FileSettings settings) {
    return InputListing.of(STORAGE, "inputs[0].path", folder + "/" + pattern, settings);
  }

  private static List<String> names(InputListing listing) {
    return listing.files().stream().map(InputListing.Listed::nameInInput).toList();
  }

  private Map<String, Unread.Reason> unread(InputListing listing) {
    int prefix = ("file:" + folder + "/").length();
    return listing.unread().stream()
        .collect(Collectors.toMap(u -> u.path().substring(prefix), Unread::reason));
  }

  private String refusal(String pattern, FileSettings settings) {
    return assertThrows(ConfigException.class, () -> list(pattern, settings)).getMessage();
  }

  @Test
  void aFolderMeansAllBelowItAndTheRestIsNamed() throws IOException {
    write("d/a.jsonl", "d/2020/01/deep.jsonl", "d/_SUCCESS", "d/.a.jsonl.crc", "d/README.md");
    write("d/LICENSE", "d/sha256sums.txt", "d/_temporary/0/part.jsonl", "d/x/.git/objects/ab");

    for (String pattern : List.of("d", "d/")) {
      InputListing listing = list(pattern, FileSettings.standard());
      assertEquals(List.of("2020/01/deep.jsonl", "a.jsonl"), names(listing));
      assertEquals(
          Map.of(
              "d/_SUCCESS", Unread.Reason.HIDDEN,
              "d/.a.jsonl.crc", Unread.Reason.HIDDEN,
              "d/README.md", Unread.Reason.DOCUMENTATION,
              "d/LICENSE", Unread.Reason.DOCUMENTATION,
              "d/sha256sums.txt", Unread.Reason.DOCUMENTATION,
              "d/_temporary/0/part.jsonl", Unread.Reason.IN_HIDDEN_FOLDER,
              "d/x/.git/objects/ab", Unread.Reason.IN_HIDDEN_FOLDER),
          unread(listing));
    }
  }

  @Test
  void subFoldersAreNamedIfTheyAreNotWanted() throws IOException {
    write("d/a.jsonl", "d/sub/b.jsonl", "d/sub/c/d.jsonl");

    InputListing flat = list("d", FLAT);

    assertEquals(List.of("a.jsonl"), names(flat));
    assertEquals(
        Map.of(
            "d/sub/b.jsonl", Unread.Reason.IN_SUB_FOLDER,
            "d/sub/c/d.jsonl", Unread.Reason.IN_SUB_FOLDER),
        unread(flat));
    assertEquals(3, names(list("d/**/*.jsonl", FLAT)).size(), "a pattern says what it wants");
    assertEquals(
        List.of("sub/b.jsonl"), names(list("d/*b", FLAT)), "files in a folder that matches");
  }

  @Test
  void whatIsNamedOutrightIsNotHidden() throws IOException {
    write(".cache/data/a.jsonl", ".cache/data/.b.jsonl", "_raw/c.jsonl", "README.md");

    assertEquals(List.of("a.jsonl"), names(list(".cache/data", FileSettings.standard())));
    assertEquals(List.of("_raw/c.jsonl"), names(list("_r*/*.jsonl", FileSettings.standard())));
    assertEquals(List.of("README.md"), names(list("README.md", FileSettings.standard())));
    assertTrue(refusal("*/*.jsonl", FileSettings.standard()).contains("in hidden folder"));
    assertTrue(refusal(".cache/data/.b*", FileSettings.standard()).contains("only hidden files"));
  }

  @Test
  void aFileThatTwoPartsOfAPatternNameIsReadOnce() throws IOException {
    write("d/a.jsonl", "d/b/a.jsonl");

    assertEquals(
        List.of("a.jsonl", "b/a.jsonl"), names(list("d/{*,a*,b/*,**}", FileSettings.standard())));
  }

  @Test
  void linksAreRefusedByNameUnlessASettingAllowsThem() throws IOException {
    write("d/a.jsonl", "d/.git/x", "secret/b.jsonl");
    Files.createSymbolicLink(folder.resolve("d/link.jsonl"), folder.resolve("secret/b.jsonl"));
    Files.createSymbolicLink(folder.resolve("d/.git/y"), folder.resolve("secret/b.jsonl"));
    Files.createSymbolicLink(folder.resolve("d/sub"), folder.resolve("secret"));

    String refusal = refusal("d", FileSettings.standard());
    InputListing followed = list("d", LINKED);

    assertTrue(refusal.contains("d/link.jsonl -> " + folder.resolve("secret")), refusal);
    assertTrue(refusal.contains("d/sub -> "), refusal);
    assertTrue(refusal.contains("files.follow_links: true"), refusal);
    assertTrue(!refusal.contains(".git"), "what is not read needs no mending: " + refusal);
    assertEquals(2, names(followed).size(), "the linked file once: " + names(followed));
    assertEquals(1, names(list("d/link.jsonl", FileSettings.standard())).size());
  }

  @Test
  void linksThatLeadNowhereAreRefusedEvenIfLinksAreFollowed() throws IOException {
    write("d/a.jsonl");
    Files.createSymbolicLink(folder.resolve("d/b.jsonl"), folder.resolve("lost"));

    assertTrue(refusal("d", LINKED).contains("lead nowhere"));
  }

  @Test
  void namesThatCannotBeSaidAreRefused() throws Exception {
    write("d/a.jsonl");
    Process touch =
        new ProcessBuilder("bash", "-c", "echo {} > $'d/caf\\xe9.jsonl'")
            .directory(folder.toFile())
            .start();
    assumeTrue(touch.waitFor() == 0, "no bash");

    String refusal = refusal("d", FileSettings.standard());

    assertTrue(refusal.contains("d/caf\uFFFD.jsonl: the name is not UTF-8"), refusal);
  }

  @Test
  void namesThatTheLocaleCannotSayAreRefusedNotLost() throws Exception {
    write("d/a.jsonl", "d/汉字.jsonl", "plain/b.jsonl");

    List<String> said =
        ListingProcess.run("POSIX", folder, List.of("d", "d/**/*.jsonl", "d/a*", "plain"));

    for (String refusal : said.subList(0, 2)) {
      assertTrue(refusal.contains("refused path: file:" + folder), refusal);
      assertTrue(refusal.contains("set LC_ALL=C.UTF-8"), refusal);
      assertTrue(!refusal.contains("read "), refusal);
    }
    assertTrue(said.get(2).contains("read a.jsonl"), "what is not asked for: " + said.get(2));
    assertTrue(said.get(3).contains("read b.jsonl"), said.get(3));
  }

  @Test
  void aFolderOfHiddenFilesOnlyIsRefused() throws IOException {
    write("d/_SUCCESS");

    assertTrue(refusal("d", FileSettings.standard()).contains("only hidden files match"));
    assertTrue(refusal("none", FileSettings.standard()).contains("no file matches"));
  }

  @Test
  void dataThatIsCalledLikeDocumentationIsRead() throws IOException {
    write("n/notice.jsonl", "n/license_cases.parquet", "n/citation-contexts.jsonl.gz", "n/NOTICE");

    assertEquals(
        List.of("citation-contexts.jsonl.gz", "license_cases.parquet", "notice.jsonl"),
        names(list("n", FileSettings.standard())));
  }
}

package io.retromae.submit.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MasterUrlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "local LOCAL",
        "local[4] LOCAL",
        "local[*] LOCAL",
        "local[2,3] LOCAL",
        "local-cluster[2,1,1024] LOCAL_CLUSTER",
        "spark://a:7077 STANDALONE",
        "spark://a:7077,b:7077 STANDALONE",
        "yarn YARN",
        "k8s://https://10.0.0.1:6443 KUBERNETES",
        "k8s://host:443 KUBERNETES"
      })
  void aMasterTellsTheKindOfCluster(String url, MasterUrl.Kind kind) {
    assertEquals(kind, MasterUrl.parse(url).kind());
  }

  @Test
  void numbersInTheUrlAreRead() {
    assertEquals(4, MasterUrl.parse("local[4]").cores());
    MasterUrl cluster = MasterUrl.parse("local-cluster[3, 2, 512]");
    assertEquals(3, cluster.executors());
    assertEquals(2, cluster.cores());
    assertEquals(512, cluster.memoryMb());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "yran 'yarn'",
        "Yarn 'yarn'",
        "yarn-cluster --deploy-mode",
        "locl[4] 'local[4]'",
        "local[0] local[4]",
        "spark://host host",
        "https://10.0.0.1:6443 'k8s://https://HOST:443'",
        "mesos://h:5050 yarn",
        "sparc://h:7077 'spark://HOST:7077'"
      })
  void anythingElseIsRefusedWithWhatWasProbablyMeant(String url, String hint) {
    ConfigException e = assertThrows(ConfigException.class, () -> MasterUrl.parse(url));

    assertTrue(e.getMessage().startsWith("--master " + url + ": no Spark master"), e.getMessage());
    assertTrue(e.getMessage().contains(hint), e.getMessage());
  }
}

package io.retromae.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An API server in this JVM that keeps what it is given. Nothing schedules or runs the pods: what
 * is asked for can be looked at.
 */
final class KubernetesApi implements AutoCloseable {
  private static final long LIMIT_SECONDS = 120;

  /** Also makes what is to be applied and is not there yet, as Kubernetes does. */
  private static final class Applying extends KubernetesCrudDispatcher {
    @Override
    public MockResponse handlePatch(RecordedRequest request) {
      byte[] body = request.getBody().getBytes(); // whoever reads it empties it
      MockResponse response = super.handlePatch(request);
      String type = String.valueOf(request.getHeader("Content-Type"));
      if (response.code() != HttpURLConnection.HTTP_NOT_FOUND
          || !type.startsWith("application/apply-patch")) {
        return response;
      }
      String path = request.getPath().replaceFirst("\\?.*", "");
      return handleCreate(
          new RecordedRequest(
              request.getHttpVersion(),
              HttpMethod.POST,
              path.substring(0, path.lastIndexOf('/')),
              request.getHeaders(),
              new Buffer(body)));
    }
  }

  private final KubernetesMockServer server =
      new KubernetesMockServer(
          new Context(), new MockWebServer(), new HashMap<>(), new Applying(), false);
  private final KubernetesClient client;

  KubernetesApi() {
    server.init(InetAddress.getLoopbackAddress(), 0);
    client = server.createClient();
  }

  /** For {@code k8s://}. */
  String url() {
    return "http://127.0.0.1:" + server.getPort();
  }

  /** The pods of a role, as soon as there are so many. */
  List<Pod> await(String namespace, String role, int count) {
    var pods = client.pods().inNamespace(namespace).withLabel("spark-role", role);
    pods.informOnCondition(found -> found.size() >= count)
        .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
        .join();
    return pods.list().getItems();
  }

  @Override
  public void close() {
    client.close();
    server.destroy();
  }
}

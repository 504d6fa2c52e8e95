package io.retromae.cluster.s3;

import io.retromae.cluster.Retromae;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;
import org.jclouds.blobstore.domain.BlobAccess;
import org.jclouds.blobstore.domain.ContainerAccess;
import org.jclouds.blobstore.domain.StorageMetadata;
import org.jclouds.blobstore.options.ListContainerOptions;

/**
 * An S3 server in this JVM, which keeps objects in memory and checks signatures, behind a front
 * where things can go wrong.
 */
final class S3Server {
  static final String ACCESS_KEY = "AKIDTESTACCESSKEY000";
  static final String SECRET_KEY = "neverToBeSeen/InAnyFile+OrLine0123456789";

  private final BlobStoreContext context;
  private final S3Proxy server;
  private final Front front;

  S3Server() throws Exception {
    context = ContextBuilder.newBuilder("transient").build(BlobStoreContext.class);
    server =
        S3Proxy.builder()
            .blobStore(context.getBlobStore())
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
            .ignoreUnknownHeaders(true) // it knows no session tokens, keys in one are good
            .build();
    server.start();
    front = new Front(server.getPort());
  }

  Front front() {
    return front;
  }

  void createBucket(String name) {
    context.getBlobStore().createContainerInLocation(null, name);
  }

  /** Puts an object there, past the front. */
  void put(String bucket, String key, byte[] bytes) {
    BlobStore objects = context.getBlobStore();
    objects.putBlob(
        bucket, objects.blobBuilder(key).payload(bytes).contentLength(bytes.length).build());
  }

  /** Names of the objects that hold some text. */
  List<String> objectsWith(String bucket, String text) throws IOException {
    BlobStore objects = context.getBlobStore();
    List<String> found = new ArrayList<>();
    for (StorageMetadata object :
        objects.list(bucket, ListContainerOptions.Builder.recursive().maxResults(10_000))) {
      try (InputStream in = objects.getBlob(bucket, object.getName()).getPayload().openStream()) {
        if (new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).contains(text)) {
          found.add(object.getName());
        }
      }
    }
    return found;
  }

  /** Lets everybody list a bucket and read an object in it. */
  void makePublic(String bucket, String key) {
    context.getBlobStore().setContainerAccess(bucket, ContainerAccess.PUBLIC_READ);
    context.getBlobStore().setBlobAccess(bucket, key, BlobAccess.PUBLIC_READ);
  }

  /** What reaches it, without credentials. */
  Configuration anonymous() {
    Configuration configuration = new Configuration();
    endpoint().forEach(configuration::set);
    return configuration;
  }

  private Map<String, String> endpoint() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("fs.s3a.endpoint", "http://127.0.0.1:" + front.port());
    settings.put("fs.s3a.endpoint.region", "us-east-1");
    settings.put("fs.s3a.path.style.access", "true");
    settings.put("fs.s3a.connection.ssl.enabled", "false");
    settings.put("fs.s3a.multiobjectdelete.enable", "false"); // this server has none
    settings.put("fs.s3a.multipart.size", "5m"); // the least, so that it happens
    return settings;
  }

  /** What reaches it as {@code s3a://}; few retries, without which they take minutes. */
  Configuration configuration() {
    Configuration configuration = anonymous();
    configuration.set(
        "fs.s3a.aws.credentials.provider", "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider");
    configuration.set("fs.s3a.access.key", ACCESS_KEY);
    configuration.set("fs.s3a.secret.key", SECRET_KEY);
    configuration.set("fs.s3a.attempts.maximum", "2");
    configuration.set("fs.s3a.retry.limit", "1");
    configuration.set("fs.s3a.retry.interval", "50ms");
    configuration.set("fs.s3a.retry.throttle.limit", "1");
    configuration.set("fs.s3a.retry.throttle.interval", "50ms");
    return configuration;
  }

  /**
   * Commands that know of the server by HADOOP_CONF_DIR, with the usual number of retries, and of
   * the keys by the environment.
   *
   * @param folder gets that configuration
   */
  Retromae knownTo(Retromae retromae, Path folder) throws IOException {
    Configuration client = new Configuration(false);
    endpoint().forEach(client::set);
    client.set("fs.s3a.buffer.dir", folder.resolve("buffer").toString());
    Path site = Files.createDirectories(folder).resolve("core-site.xml");
    try (OutputStream out = Files.newOutputStream(site)) {
      client.writeXml(out);
    }
    return retromae
        .withVariable("HADOOP_CONF_DIR", folder.toString())
        .withVariable("AWS_ACCESS_KEY_ID", ACCESS_KEY)
        .withVariable("AWS_SECRET_ACCESS_KEY", SECRET_KEY);
  }

  void stop() throws Exception {
    front.close();
    server.stop();
    context.close();
  }
}

package kubelab.labkit;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * An image registry in the cluster that asks for a user name and a password. It runs on each node, at an address that only the node
 * itself has, {@code localhost:PORT}: container runtimes ask such a registry by plain HTTP. It holds one image, which sleeps, made of
 * busybox' files when the registry starts; so it needs no other registry, and it is the same wherever Pods may use the
 * node's network.
 *
 * <pre>{@code
 * try (var registry = PrivateRegistry.start(client, namespace, 25000, "team", "a-word")) {
 *     client.resource(registry.secret("pull")).inNamespace(namespace).create();
 *     // a Pod with image: registry.image() and imagePullSecrets: [{name: pull}]
 * }
 * }</pre>
 */
public final class PrivateRegistry implements AutoCloseable {
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,62}");
    private static final String NAME = "private-registry";
    private static final long START_SECONDS = 90;

    private final KubernetesClient client;
    private final String namespace;
    private final String host;
    private final String user;
    private final String password;
    private final List<HasMetadata> made = new ArrayList<>();

    private PrivateRegistry(KubernetesClient client, String namespace, int port, String user, String password) {
        this.client = client;
        this.namespace = namespace;
        this.host = "localhost:" + port;
        this.user = checked(user);
        this.password = checked(password);
    }

    /**
     * Starts it on all nodes, and waits until it answers there.
     *
     * @param namespace where its Pods are; it must allow {@code hostNetwork}
     * @param port of every node; nothing else may use it
     * @throws IllegalStateException when it does not answer within 90 s, for instance since something else has the port
     */
    public static PrivateRegistry start(
            KubernetesClient client, String namespace, int port, String user, String password) {
        PrivateRegistry registry = new PrivateRegistry(client, namespace, port, user, password);
        try {
            registry.start(port);
            return registry;
        } catch (RuntimeException e) {
            registry.close();
            throw e;
        }
    }

    /** The image that it has: {@code localhost:PORT/team/app:1.0}. */
    public String image() {
        return host + "/team/app:1.0";
    }

    /** Its address as images and Secrets name it, {@code localhost:PORT}. */
    public String host() {
        return host;
    }

    /** A Secret, not created yet, that lets Pods of its namespace pull the image. */
    public Secret secret(String name) {
        return secret(name, host, user, password);
    }

    /**
     * A Secret of this kind, not created yet.
     *
     * @param location which registry it is for
     */
    public static Secret secret(String name, String location, String user, String password) {
        String json = "{\"auths\":{\"" + location + "\":{\"username\":\"" + checked(user) + "\",\"password\":\""
                + checked(password) + "\"}}}";
        return new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withType("kubernetes.io/dockerconfigjson")
                .addToStringData(".dockerconfigjson", json)
                .build();
    }

    /** Takes it away. What nodes have pulled they keep. */
    @Override
    public void close() {
        made.forEach(object -> client.resource(object).withGracePeriod(0).delete());
        made.clear();
    }

    private void start(int port) {
        String yaml = OBJECTS.formatted(NAME, port, user, password);
        client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .items()
                .forEach(object ->
                        made.add(client.resource(object).inNamespace(namespace).create()));
        try {
            client.apps()
                    .daemonSets()
                    .inNamespace(namespace)
                    .withName(NAME)
                    .waitUntilCondition(PrivateRegistry::isReady, START_SECONDS, TimeUnit.SECONDS);
        } catch (KubernetesClientTimeoutException e) {
            throw new IllegalStateException(
                    "The registry does not answer at " + host + " of every node within " + START_SECONDS
                            + " s. See kubectl -n " + namespace + " describe pods -l app=" + NAME,
                    e);
        }
    }

    private static boolean isReady(DaemonSet set) {
        var status = set == null ? null : set.getStatus();
        return status != null
                && status.getDesiredNumberScheduled() != null
                && status.getDesiredNumberScheduled() > 0
                && status.getDesiredNumberScheduled().equals(status.getNumberReady());
    }

    private static String checked(String word) {
        if (!WORD.matcher(word).matches()) {
            throw new IllegalArgumentException(
                    "a user name or password of the registry has letters, digits and dashes only");
        }
        return word;
    }

    /** nginx serves what an init container has made: a manifest, a config and one layer, by the OCI distribution specification. */
    private static final String OBJECTS = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: %1$s}
            data:
              nginx.conf: |
                user root;
                pid /tmp/nginx.pid;
                events {}
                http {
                  server {
                    listen 127.0.0.1:%2$d;
                    root /srv;
                    auth_basic "registry";
                    auth_basic_user_file /srv/users;
                    location = /v2/ { default_type application/json; return 200 "{}"; }
                    location ~ ^/v2/.*/manifests/ {
                      types {}
                      default_type application/vnd.oci.image.manifest.v1+json;
                    }
                    location ~ ^/v2/.*/blobs/ {
                      types {}
                      default_type application/octet-stream;
                    }
                    location / { return 404; }
                  }
                }
              make: |
                set -e
                to=/srv/v2/team/app
                mkdir -p $to/blobs $to/manifests /tmp/root
                cp -a /bin /lib* /usr /etc /tmp/root/ 2>/dev/null || true
                cd /tmp/root; tar -cf /tmp/layer .; cd /
                files=$(sha256sum /tmp/layer | cut -d' ' -f1)
                gzip -1 /tmp/layer
                # put FILE KIND: under its digest, of which the next lines tell
                put() {
                  digest=sha256:$(sha256sum $1 | cut -d' ' -f1)
                  size=$(stat -c %%s $1)
                  mv $1 $to/$2/$digest
                }
                put /tmp/layer.gz blobs
                layer="{\\"mediaType\\":\\"application/vnd.oci.image.layer.v1.tar+gzip\\",\\"digest\\":\\"$digest\\",\\"size\\":$size}"
                case $(uname -m) in x86_64) machine=amd64;; aarch64) machine=arm64;; *) machine=$(uname -m);; esac
                settings='{"Cmd":["sleep","86400"],"Env":["PATH=/bin:/usr/bin:/sbin:/usr/sbin"]}'
                echo "{\\"architecture\\":\\"$machine\\",\\"os\\":\\"linux\\",\\"config\\":$settings,\\"rootfs\\":{\\"type\\":\\"layers\\",\\"diff_ids\\":[\\"sha256:$files\\"]}}" > /tmp/config
                put /tmp/config blobs
                config="{\\"mediaType\\":\\"application/vnd.oci.image.config.v1+json\\",\\"digest\\":\\"$digest\\",\\"size\\":$size}"
                echo "{\\"schemaVersion\\":2,\\"mediaType\\":\\"application/vnd.oci.image.manifest.v1+json\\",\\"config\\":$config,\\"layers\\":[$layer]}" > /tmp/manifest
                cp /tmp/manifest $to/manifests/1.0
                put /tmp/manifest manifests
                echo '%3$s:{PLAIN}%4$s' > /srv/users
                chmod -R a+rX /srv
            ---
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: %1$s}
            spec:
              selector: {matchLabels: {app: %1$s}}
              template:
                metadata: {labels: {app: %1$s}}
                spec:
                  hostNetwork: true
                  automountServiceAccountToken: false
                  terminationGracePeriodSeconds: 1
                  tolerations: [{key: node-role.kubernetes.io/control-plane, operator: Exists}]
                  volumes:
                  - {name: conf, configMap: {name: %1$s}}
                  - {name: srv, emptyDir: {}}
                  initContainers:
                  - name: make
                    image: busybox:1.36
                    command: [sh, /conf/make]
                    volumeMounts: [{name: conf, mountPath: /conf}, {name: srv, mountPath: /srv}]
                  containers:
                  - name: nginx
                    image: nginx:1.27
                    command: [nginx, -c, /conf/nginx.conf, -g, "daemon off;"]
                    readinessProbe:
                      periodSeconds: 1
                      tcpSocket: {host: 127.0.0.1, port: %2$d}
                    volumeMounts: [{name: conf, mountPath: /conf}, {name: srv, mountPath: /srv}]
            """;
}

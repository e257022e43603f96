package kubelab.labkit;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * The folder of a node in which the kubelet finds manifests of static Pods, {@code /etc/kubernetes/manifests}. A Pod that has the folder
 * mounted writes there, so it is the same in a notebook, a proof and a check, wherever the kubelet reads that folder.
 *
 * <pre>{@code
 * try (var manifests = NodeManifests.of(client, namespace, "worker1")) {
 *     manifests.put("web.yaml", yaml); // its mirror is the Pod web-worker1
 * }
 * }</pre>
 */
public final class NodeManifests implements AutoCloseable {
    /** Where the kubelet looks. */
    public static final String FOLDER = "/etc/kubernetes/manifests";

    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]*");
    private static final long START_SECONDS = 60;
    private static final long EXEC_SECONDS = 20;

    private final PodResource writer;
    private final Set<String> files = new TreeSet<>();

    private NodeManifests(PodResource writer) {
        this.writer = writer;
    }

    /**
     * Starts the Pod that writes, and waits until it is ready.
     *
     * @param namespace where that Pod is; it must allow volumes of the node's files
     */
    public static NodeManifests of(KubernetesClient client, String namespace, String node) {
        HasMetadata pod =
                client.resource("""
                apiVersion: v1
                kind: Pod
                metadata: {generateName: manifests-, namespace: %s}
                spec:
                  nodeName: %s
                  terminationGracePeriodSeconds: 1
                  tolerations: [{operator: Exists}]
                  volumes: [{name: manifests, hostPath: {path: %s, type: DirectoryOrCreate}}]
                  containers:
                  - name: main
                    image: busybox:1.36
                    command: [sleep, "86400"]
                    volumeMounts: [{name: manifests, mountPath: /manifests}]
                """.formatted(namespace, node, FOLDER)).create();
        PodResource writer =
                client.pods().inNamespace(namespace).withName(pod.getMetadata().getName());
        writer.waitUntilReady(START_SECONDS, TimeUnit.SECONDS);
        return new NodeManifests(writer);
    }

    /**
     * Writes a file, or replaces it as a whole. The kubelet reads it within a few seconds.
     *
     * @param file its name, for instance {@code web.yaml}
     * @param yaml a Pod
     */
    public void put(String file, String yaml) {
        String quoted = "'" + yaml.replace("'", "'\\''") + "'";
        files.add(checked(file));
        // A name with a dot in front is no manifest: the kubelet never sees half a file.
        run("printf '%s' " + quoted + " > /manifests/.new && mv /manifests/.new /manifests/" + file);
    }

    /** Removes a file: the kubelet ends its Pod. One that is not there is no error. */
    public void remove(String file) {
        run("rm -f /manifests/" + checked(file));
        files.remove(file);
    }

    /** Removes the files that were put here, and the Pod that wrote them. */
    @Override
    public void close() {
        try {
            Set.copyOf(files).forEach(this::remove);
        } finally {
            writer.withGracePeriod(0).delete();
        }
    }

    private static String checked(String file) {
        if (!FILE.matcher(file).matches()) {
            throw new IllegalArgumentException("\"" + file + "\" is no name of a manifest: it begins with a letter or a"
                    + " digit, and has letters, digits, dots and dashes, as in web.yaml");
        }
        return file;
    }

    private void run(String line) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ExecWatch exec = writer.writingOutput(out).writingError(out).exec("sh", "-c", line)) {
            int code = exec.exitCode().get(EXEC_SECONDS, TimeUnit.SECONDS);
            if (code != 0) {
                throw new IllegalStateException(
                        "The folder of manifests cannot be written: " + out.toString(StandardCharsets.UTF_8));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while writing a manifest", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("The Pod that writes manifests did not answer.", e);
        }
    }
}

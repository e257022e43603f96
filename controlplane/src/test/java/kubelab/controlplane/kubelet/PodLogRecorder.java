package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Runs the Pods of {@link PodLogs} in a real cluster and writes down what came of them. By hand only:
 *
 * <pre>KUBECONFIG=… ./mvnw -pl controlplane test-compile exec:java -Dexec.classpathScope=test
 *   -Dexec.mainClass=kubelab.controlplane.kubelet.PodLogRecorder</pre>
 */
final class PodLogRecorder {
    private PodLogRecorder() {}

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of("src/test/resources/kubelab/controlplane/kubelet", PodLogs.FOLDER, PodLogs.RECORDED);
        Path here =
                Files.exists(file.getParent()) ? file : Path.of("controlplane").resolve(file);
        try (KubernetesClient client = new KubernetesClientBuilder().build()) {
            Files.writeString(here, PodLogs.format(PodLogs.run(client)));
        }
    }
}

package kubelab.containers.runtime;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Runs every case of the parity table in a busybox Pod of a real cluster and writes down what came of it. By hand only:
 *
 * <pre>KUBECONFIG=… ./mvnw -pl controlplane test-compile exec:java -Dexec.classpathScope=test
 *   -Dexec.mainClass=kubelab.containers.runtime.ParityRecorder -Dexec.args="NAMESPACE POD"</pre>
 */
final class ParityRecorder {
    private ParityRecorder() {}

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of("controlplane/src/test/resources/kubelab/containers/runtime", ParityCases.RESOURCE);
        if (!Files.exists(file)) {
            file = Path.of("src/test/resources/kubelab/containers/runtime", ParityCases.RESOURCE);
        }
        StringBuilder text = new StringBuilder(
                "# Recorded from a real cluster by ParityRecorder. Only names and scripts are written by hand.\n\n");
        try (KubernetesClient client = new KubernetesClientBuilder().build()) {
            for (ParityCases.Case each :
                    ParityCases.parse(Files.readString(file)).cases()) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                ByteArrayOutputStream err = new ByteArrayOutputStream();
                try (ExecWatch exec = client.pods()
                        .inNamespace(arguments[0])
                        .withName(arguments[1])
                        .writingOutput(out)
                        .writingError(err)
                        .exec("sh", "-c", wrapped(each))) {
                    int code = exec.exitCode().get(20, TimeUnit.SECONDS);
                    text.append(ParityCases.format(new ParityCases.Case(
                            each.name(),
                            each.script(),
                            out.toString(StandardCharsets.UTF_8),
                            err.toString(StandardCharsets.UTF_8),
                            code)));
                }
            }
        }
        Files.writeString(file, text);
    }

    /** Each case in a fresh directory. */
    static String wrapped(ParityCases.Case each) {
        return "rm -rf /tmp/parity; mkdir /tmp/parity; cd /tmp/parity\n" + each.script();
    }
}

package kubelab.controlplane.kubelet;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Pods that print what they see, and what came of each: its end, its user and its log. In the file a Pod is a line
 * {@code == name}, a line about its end, and its log with a bar in front of each line.
 */
final class PodLogs {
    static final String FOLDER = "logs/";
    static final String RECORDED = "logs.txt";
    private static final String NAMESPACE = "parity";

    private PodLogs() {}

    /** Runs all of them, waits until each has ended, and removes them. @return by name */
    static Map<String, String> run(KubernetesClient client) throws InterruptedException {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
        try {
            client.serviceAccounts()
                    .inNamespace(NAMESPACE)
                    .withName("default")
                    .waitUntilCondition(a -> a != null, 30, TimeUnit.SECONDS);
            List<HasMetadata> all = client.load(new ByteArrayInputStream(text("pods.yaml")
                            .replace("LOOK", quoted(text("look.sh")))
                            .getBytes(UTF_8)))
                    .items();
            all.forEach(each -> client.resource(each).inNamespace(NAMESPACE).create());
            Map<String, String> result = new TreeMap<>();
            for (HasMetadata each : all) {
                if (each instanceof Pod) {
                    String name = each.getMetadata().getName();
                    Pod ended = client.pods()
                            .inNamespace(NAMESPACE)
                            .withName(name)
                            .waitUntilCondition(PodLogs::hasEnded, 120, TimeUnit.SECONDS);
                    String log = client.pods()
                            .inNamespace(NAMESPACE)
                            .withName(name)
                            .inContainer("main")
                            .getLog();
                    result.put(name, tell(ended, log));
                }
            }
            return result;
        } finally {
            client.namespaces().withName(NAMESPACE).delete();
        }
    }

    static Map<String, String> recorded() {
        Map<String, String> all = new TreeMap<>();
        for (String block : text(RECORDED).split("(?m)^== ")) {
            if (!block.isBlank() && !block.startsWith("#")) {
                int end = block.indexOf('\n');
                all.put(block.substring(0, end), block.substring(end + 1).stripTrailing());
            }
        }
        return all;
    }

    static String format(Map<String, String> results) {
        return results.entrySet().stream()
                .map(each -> "== " + each.getKey() + "\n" + each.getValue() + "\n\n")
                .collect(Collectors.joining("", "# Recorded from a real cluster by PodLogRecorder.\n\n", ""));
    }

    private static boolean hasEnded(Pod pod) {
        return pod != null
                && pod.getStatus() != null
                && List.of("Succeeded", "Failed")
                        .contains(String.valueOf(pod.getStatus().getPhase()));
    }

    private static String tell(Pod pod, String log) {
        ContainerStatus status = pod.getStatus().getContainerStatuses().get(0);
        ContainerStateTerminated end = status.getState().getTerminated();
        String user = status.getUser() == null
                ? ""
                : " user " + status.getUser().getLinux().getUid() + ":"
                        + status.getUser().getLinux().getGid() + " "
                        + status.getUser().getLinux().getSupplementalGroups();
        String text = pod.getStatus().getPhase() + " " + end.getReason() + "/" + end.getExitCode()
                + (end.getMessage() == null ? "" : " " + end.getMessage().strip()) + user + "\n"
                + log.lines().map(line -> "|" + line).collect(Collectors.joining("\n"));
        return text.replaceAll("10\\.42\\.\\d+\\.\\d+", "POD-IP").stripTrailing();
    }

    /** In double quotes, as YAML and JSON have them. */
    private static String quoted(String script) {
        return '"' + script.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    private static String text(String file) {
        try (InputStream in = PodLogs.class.getResourceAsStream(FOLDER + file)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

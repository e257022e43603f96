package kubelab.controlplane.kubelet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kubelab.containers.runtime.ContainerLog;
import kubelab.containers.runtime.RuntimeContainer;
import org.jspecify.annotations.Nullable;

/**
 * The message in a container's terminated state: what it wrote into its termination log, or, if it failed and its
 * policy asks for it, the end of its output.
 *
 * <p>Source: k8s.io/kubernetes/pkg/kubelet/kuberuntime (getTerminationMessage), release 1.34.
 */
final class TerminationMessage {
    private static final int MAX_MESSAGE = 4096;
    private static final int FALLBACK_MESSAGE = 2048;
    private static final int FALLBACK_LINES = 80;

    private TerminationMessage() {}

    /** @param file the termination log; null when there is none */
    static String of(RuntimeContainer container, int exitCode, @Nullable Path file, @Nullable String policy) {
        String text = "";
        try {
            if (file != null && Files.exists(file)) {
                text = Files.readString(file, StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            text = "Error on reading termination log " + file + ": " + e.getMessage();
        }
        if (!text.isEmpty()) {
            return text.length() > MAX_MESSAGE ? text.substring(0, MAX_MESSAGE) : text;
        }
        if (exitCode == 0 || !"FallbackToLogsOnError".equals(policy)) {
            return "";
        }
        List<ContainerLog.Line> lines = container.log().lines();
        StringBuilder tail = new StringBuilder();
        for (ContainerLog.Line line : lines.subList(Math.max(0, lines.size() - FALLBACK_LINES), lines.size())) {
            tail.append(line.text()).append(line.partial() ? "" : "\n");
        }
        return tail.length() > FALLBACK_MESSAGE ? tail.substring(tail.length() - FALLBACK_MESSAGE) : tail.toString();
    }
}

package kubelab.controlplane.authorization;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** The roles and bindings that every new cluster has. */
public final class BootstrapPolicy {
    private BootstrapPolicy() {}

    /** In the order in which to store them: {@code cluster-admin} last, for its presence says that all are there. */
    public static List<ObjectNode> objects() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(
                        BootstrapPolicy.class.getResourceAsStream("bootstrap-policy.jsonl"), "bootstrap-policy.jsonl"),
                StandardCharsets.UTF_8))) {
            return lines.lines().skip(1).map(Json::parseObject).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

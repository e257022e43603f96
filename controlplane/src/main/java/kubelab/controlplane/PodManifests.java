package kubelab.controlplane;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import kubelab.controlplane.apiserver.encoding.YamlBodies;
import kubelab.controlplane.apiserver.openapi.Schemas;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.validation.SchemaValidator;
import kubelab.controlplane.defaulting.Defaults;
import kubelab.controlplane.json.Json;
import kubelab.controlplane.kubelet.ManifestDecoder;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads manifests of static Pods by the API server's own rules, as upstream's kubelet has them in its program. What it needs is
 * made with the first manifest.
 */
final class PodManifests implements ManifestDecoder {
    private final Resource pods;

    PodManifests(Resource pods) {
        this.pods = pods;
    }

    /** Made when it is first asked for: most clusters have no static Pod. */
    private static final class Rules {
        static final SchemaValidator VALIDATOR = new SchemaValidator(new Schemas());
        static final Defaults DEFAULTS = new Defaults();
    }

    @Override
    public Pod read(String text, UnaryOperator<Pod> complete) throws ManifestException {
        try {
            ObjectNode sent = new YamlBodies("application/yaml").decode(text.getBytes(StandardCharsets.UTF_8), pods);
            if (!Json.string(sent, "kind").equals("Pod")
                    || !Json.string(sent, "apiVersion").equals("v1")) {
                throw new ManifestException("invalid pod: " + sent);
            }
            // Unknown fields are dropped without a word.
            Rules.VALIDATOR.checkShape(pods, "", sent, null, false, "Ignore");
            Rules.DEFAULTS.setDefaults(pods, sent);
            if (Json.string(sent, "metadata", "name").isEmpty()) {
                throw new ManifestException("invalid pod: name is needed for the pod");
            }
            Pod pod = complete.apply(Serialization.unmarshal(sent.toString(), Pod.class));
            List<ApiException.Cause> errors =
                    Rules.VALIDATOR.validateCreate(pods, Json.parseObject(Serialization.asJson(pod)));
            if (!errors.isEmpty()) {
                throw new ManifestException("invalid pod: "
                        + errors.stream()
                                .map(cause -> cause.field() + ": " + cause.message())
                                .collect(Collectors.joining(", ", "[", "]")));
            }
            return pod;
        } catch (ApiException e) {
            throw new ManifestException(String.valueOf(e.getMessage()));
        }
    }
}

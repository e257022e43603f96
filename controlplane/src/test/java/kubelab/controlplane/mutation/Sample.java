package kubelab.controlplane.mutation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import kubelab.controlplane.apiserver.Resource;
import kubelab.controlplane.apiserver.ResourceRegistry;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * A valid object to make faults in.
 *
 * @param updated whether it is created for real, so that updates of it are tried as well
 */
record Sample(Resource resource, ObjectNode object, boolean updated) {
    static final String NAMESPACE = "mutation";

    private static final YAMLMapper YAML = YAMLMapper.builder().build();
    private static final ResourceRegistry REGISTRY = new ResourceRegistry();

    /** Those of the files below {@code samples}, in their order. */
    static List<Sample> all() {
        List<Sample> all = new ArrayList<>();
        for (String file : List.of("pods", "workloads", "network", "config", "cluster")) {
            for (String document : text("samples/" + file + ".yaml").split("\n---\n")) {
                ObjectNode object = yaml(document);
                Resource resource = Objects.requireNonNull(REGISTRY.findKind(
                        object.path("apiVersion").asString(),
                        object.path("kind").asString()));
                all.add(new Sample(resource, object, document.startsWith("# update: true")));
            }
        }
        return all;
    }

    /** {@code apps/v1/Deployment/web} */
    String id() {
        return resource.apiVersion() + "/" + resource.kind() + "/" + name();
    }

    String name() {
        return object.path("metadata").path("name").asString("");
    }

    /** The path of all objects of this kind. */
    String path() {
        String group = resource.group().isEmpty() ? "/api/" : "/apis/";
        String namespace = resource.namespaced() ? "/namespaces/" + NAMESPACE : "";
        return group + resource.apiVersion() + namespace + "/" + resource.plural();
    }

    static ObjectNode yaml(String text) {
        return (ObjectNode) YAML.readTree(text);
    }

    static String text(String file) {
        try (InputStream in = Objects.requireNonNull(Sample.class.getResourceAsStream(file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

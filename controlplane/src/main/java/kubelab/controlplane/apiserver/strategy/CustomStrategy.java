package kubelab.controlplane.apiserver.strategy;

import java.util.List;
import kubelab.controlplane.apiserver.structural.CustomDefinition;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A custom resource: what is special about it is in its definition, whatever its name.
 *
 * <p>Source: k8s.io/apiextensions-apiserver/pkg/registry/customresource (1.34).
 */
final class CustomStrategy implements Strategy {
    private final CustomDefinition.Version version;

    CustomStrategy(CustomDefinition.Version version) {
        this.version = version;
    }

    @Override
    public boolean updatesUnconditionally() {
        return false;
    }

    @Override
    public String storagePrefix(String plural) {
        return "/registry/" + version.definition().group() + "/" + plural + "/";
    }

    @Override
    public String storageVersion(String apiVersion) {
        return version.definition().group() + "/" + version.definition().storageVersion();
    }

    /** Source: defaultDeprecationWarning in customresource_handler.go. */
    @Override
    public String deprecation() {
        if (!Json.bool(version.json(), "deprecated")) {
            return "";
        }
        String said = Json.string(version.json(), "deprecationWarning");
        return said.isEmpty() ? Deprecation.warning(version) : said;
    }

    @Override
    public boolean takesNewObjects() {
        return !version.definition().isTerminating();
    }

    /** A status is written through its subresource, where there is one, and then nothing else is. */
    @Override
    public boolean statusTakesMetadata() {
        return false;
    }

    @Override
    public boolean isNewGeneration(ObjectNode next, ObjectNode live) {
        return Generation.differ(next, live)
                || !version.hasStatus() && !Json.same(next.get("status"), live.get("status"));
    }

    @Override
    public List<String> selectableFields() {
        return version.selectableFields();
    }

    @Override
    public List<String> storedFields() {
        return version.definition().selectableFields();
    }

    @Override
    public String fieldValue(ObjectNode stored, String field) {
        JsonNode value = Json.at(stored, field.split("\\."));
        return value == null ? "" : value.asString("");
    }

    @Override
    public String unknownField(String field, String quoted) {
        return "field label not supported: " + field;
    }
}

package kubelab.controlplane.apiserver.customresources;

import java.util.List;
import kubelab.controlplane.apiserver.request.ApiException.Cause;
import kubelab.controlplane.apiserver.request.GoText;
import kubelab.controlplane.apiserver.structural.CustomDefinition;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The fields that the scale subresource reads. Source: pkg/registry/customresource/validator.go (1.34). */
final class ScaleRules {
    private ScaleRules() {}

    static List<Cause> check(CustomDefinition.Version version, JsonNode object) {
        Causes causes = new Causes();
        if (version.hasScale()) {
            replicas(version.scalePath("specReplicasPath"), object, causes);
        }
        causes.addAll(checkStatus(version, object));
        return causes.list();
    }

    /** Without the replicas that are asked for. */
    static List<Cause> checkStatus(CustomDefinition.Version version, JsonNode object) {
        Causes causes = new Causes();
        if (version.hasScale()) {
            replicas(version.scalePath("statusReplicasPath"), object, causes);
            String path = version.scalePath("labelSelectorPath");
            JsonNode selector = at(object, path);
            if (selector != null && !selector.isString()) {
                causes.invalidText(path, "", accessorError(path, selector, "string"));
            }
        }
        return causes.list();
    }

    private static void replicas(String path, JsonNode object, Causes causes) {
        JsonNode value = at(object, path);
        if (value == null) {
            return;
        }
        if (!value.isIntegralNumber()) {
            causes.invalid(path, "0", accessorError(path, value, "int64"));
        } else if (value.longValue() < 0) {
            causes.invalid(path, value.toString(), "should be a non-negative integer");
        } else if (value.longValue() > Integer.MAX_VALUE) {
            causes.invalid(path, value.toString(), "should be less than or equal to " + Integer.MAX_VALUE);
        }
    }

    private static String accessorError(String path, JsonNode value, String wanted) {
        return path + " accessor error: " + Json.goText(value) + " is of the type " + GoText.type(value) + ", expected "
                + wanted;
    }

    private static @Nullable JsonNode at(JsonNode object, String path) {
        return path.isEmpty() ? null : Json.at(object, path.substring(1).split("\\."));
    }
}

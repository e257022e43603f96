package kubelab.controlplane.apiserver.customresources;

import java.util.Locale;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.structural.CustomDefinition;
import kubelab.controlplane.apiserver.structural.Defaulting;
import kubelab.controlplane.apiserver.verb.Defaulter;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** Defaults of definitions, and of the objects that they define from their schemas. */
public final class CustomDefaulter implements Defaulter {
    private final Defaulter builtIn;

    public CustomDefaulter(Defaulter builtIn) {
        this.builtIn = builtIn;
    }

    @Override
    public void setDefaults(Resource resource, ObjectNode object) {
        CustomDefinition.Version custom = resource.custom();
        if (custom != null) {
            Defaulting.fill(object, custom.schema());
        } else if (resource.is("apiextensions.k8s.io", "customresourcedefinitions")) {
            definition(object);
        } else {
            builtIn.setDefaults(resource, object);
        }
    }

    /** Source: k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1/defaults.go (1.34). */
    private static void definition(ObjectNode definition) {
        ObjectNode spec = Json.ensure(definition, "spec");
        ObjectNode names = Json.ensure(spec, "names");
        String kind = Json.string(names, "kind");
        if (Json.string(names, "singular").isEmpty() && !kind.isEmpty()) {
            names.put("singular", kind.toLowerCase(Locale.ROOT));
        }
        if (Json.string(names, "listKind").isEmpty() && !kind.isEmpty()) {
            names.put("listKind", kind + "List");
        }
        ObjectNode conversion = Json.ensure(spec, "conversion");
        if (Json.string(conversion, "strategy").isEmpty()) {
            conversion.put("strategy", "None");
        }
    }
}

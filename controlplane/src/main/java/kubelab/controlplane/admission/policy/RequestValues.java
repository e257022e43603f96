package kubelab.controlplane.admission.policy;

import com.google.common.collect.ImmutableMap;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kubelab.controlplane.apiserver.request.AdmissionRequest;
import kubelab.controlplane.apiserver.request.ResourceId;
import kubelab.controlplane.cel.Values;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * The variables {@code request} and {@code namespaceObject}.
 *
 * <p>Source: BuildRequestType and BuildNamespaceType in k8s.io/apiserver/pkg/admission/plugin/cel/compile.go (1.34).
 * Simplified: {@code request.options} is empty, and {@code request.requestKind} and its like are those of the request itself.
 */
final class RequestValues {
    private static final CelType TEXT = SimpleType.STRING;
    private static final CelType TEXTS = ListType.create(TEXT);

    private RequestValues() {}

    static CelType requestType(Map<String, CelType> types) {
        CelType kind = struct("kubernetes.GroupVersionKind", texts("group", "version", "kind"), types);
        CelType resource = struct("kubernetes.GroupVersionResource", texts("group", "version", "resource"), types);
        Map<String, CelType> user = texts("username", "uid");
        user.put("groups", TEXTS);
        user.put("extra", MapType.create(TEXT, TEXTS));
        Map<String, CelType> fields = texts("subResource", "requestSubResource", "name", "namespace", "operation");
        fields.put("kind", kind);
        fields.put("resource", resource);
        fields.put("requestKind", kind);
        fields.put("requestResource", resource);
        fields.put("userInfo", struct("kubernetes.UserInfo", user, types));
        fields.put("dryRun", SimpleType.BOOL);
        fields.put("options", SimpleType.DYN);
        return struct("kubernetes.AdmissionRequest", fields, types);
    }

    static CelType namespaceType(Map<String, CelType> types) {
        Map<String, CelType> metadata = texts("name", "generateName", "namespace", "UID", "resourceVersion");
        metadata.put("labels", MapType.create(TEXT, TEXT));
        metadata.put("annotations", MapType.create(TEXT, TEXT));
        metadata.put("creationTimestamp", SimpleType.TIMESTAMP);
        metadata.put("deletionTimestamp", SimpleType.TIMESTAMP);
        metadata.put("deletionGracePeriodSeconds", SimpleType.INT);
        metadata.put("generation", SimpleType.INT);
        metadata.put("finalizers", TEXTS);
        Map<String, CelType> fields = new LinkedHashMap<>();
        fields.put("metadata", struct("kubernetes.NamespaceMetadata", metadata, types));
        fields.put("spec", struct("kubernetes.NamespaceSpec", new LinkedHashMap<>(Map.of("finalizers", TEXTS)), types));
        fields.put("status", struct("kubernetes.NamespaceStatus", texts("phase"), types));
        return struct("kubernetes.Namespace", fields, types);
    }

    static CelType struct(String name, Map<String, CelType> fields, Map<String, CelType> types) {
        ImmutableMap<String, CelType> known = ImmutableMap.copyOf(fields);
        StructType type = StructType.create(name, known.keySet(), field -> Optional.ofNullable(known.get(field)));
        types.put(name, type);
        return type;
    }

    private static Map<String, CelType> texts(String... names) {
        Map<String, CelType> fields = new LinkedHashMap<>();
        for (String name : names) {
            fields.put(name, TEXT);
        }
        return fields;
    }

    static Map<String, Object> request(AdmissionRequest request) {
        ResourceId about = request.resource();
        Map<String, Object> kind = Map.of("group", about.group(), "version", about.version(), "kind", about.kind());
        Map<String, Object> resource =
                Map.of("group", about.group(), "version", about.version(), "resource", about.plural());
        Map<String, Object> user = new LinkedHashMap<>();
        user.put("username", request.user().name());
        user.put("groups", List.copyOf(request.user().groups()));
        user.put("extra", request.user().extra());
        if (!request.user().uid().isEmpty()) {
            user.put("uid", request.user().uid());
        }
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("kind", kind);
        values.put("resource", resource);
        values.put("requestKind", kind);
        values.put("requestResource", resource);
        values.put("name", request.name());
        values.put("operation", request.operation());
        values.put("userInfo", user);
        values.put("dryRun", request.dryRun());
        values.put("options", Map.of());
        if (!request.subresource().isEmpty()) {
            values.put("subResource", request.subresource());
            values.put("requestSubResource", request.subresource());
        }
        if (!request.namespace().isEmpty()) {
            values.put("namespace", request.namespace());
        }
        return values;
    }

    /** Only what upstream shows of a namespace. */
    static Object namespace(ObjectNode namespace) {
        ObjectNode shown = Json.object();
        for (String part : List.of("metadata", "spec", "status")) {
            ObjectNode there = Json.object(namespace, part);
            if (there != null) {
                shown.set(part, there.deepCopy());
            }
        }
        return Values.of(shown);
    }
}

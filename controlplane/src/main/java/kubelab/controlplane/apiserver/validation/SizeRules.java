package kubelab.controlplane.apiserver.validation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import kubelab.controlplane.apiserver.ApiException.Cause;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How large parts of an object may be, in bytes.
 *
 * <p>Source: k8s.io/apimachinery/pkg/api/validation/objectmeta.go (TotalAnnotationSizeLimitB) and
 * pkg/apis/core/validation (ConfigMap, Secret), release 1.34.
 */
public final class SizeRules {
    private static final int ANNOTATIONS = 256 * 1024;
    private static final int DATA = 1024 * 1024;

    private SizeRules() {}

    /** @return what is too large in a new {@code object}, and the other causes */
    public static List<Cause> create(ObjectNode object, List<Cause> others) {
        return causes(object, others, 1);
    }

    /** As {@link #create}, for a changed object: upstream looks at its annotations in four places, and says so. */
    public static List<Cause> update(ObjectNode object, List<Cause> others) {
        return causes(object, others, 4);
    }

    private static List<Cause> causes(ObjectNode object, List<Cause> others, int times) {
        List<Cause> causes = new ArrayList<>();
        if (size(object.path("metadata").path("annotations"), false, true) > ANNOTATIONS) {
            causes.addAll(Collections.nCopies(times, tooLong("metadata.annotations", ANNOTATIONS)));
        }
        causes.addAll(others);
        String kind = object.path("kind").asString("");
        if (kind.equals("ConfigMap")
                && size(object.path("data"), false, false) + size(object.path("binaryData"), true, false) > DATA) {
            causes.add(tooLong("[]", DATA));
        } else if (kind.equals("Secret") && size(object.path("data"), true, false) > DATA) {
            causes.add(tooLong("data", DATA));
        }
        return causes;
    }

    private static long size(JsonNode map, boolean base64, boolean withKeys) {
        long size = 0;
        for (var entry : map.properties()) {
            String value = entry.getValue().asString("");
            size += base64 ? Base64.getDecoder().decode(value).length : value.getBytes(StandardCharsets.UTF_8).length;
            size += withKeys ? entry.getKey().getBytes(StandardCharsets.UTF_8).length : 0;
        }
        return size;
    }

    private static Cause tooLong(String field, int most) {
        return new Cause("FieldValueTooLong", "Too long: may not be more than " + most + " bytes", field);
    }
}

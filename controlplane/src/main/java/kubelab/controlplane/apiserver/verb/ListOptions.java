package kubelab.controlplane.apiserver.verb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kubelab.controlplane.apiserver.registry.Conversions;
import kubelab.controlplane.apiserver.registry.FieldSelector;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.request.ApiException.Cause;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.GoText;
import kubelab.controlplane.store.Entry;
import org.jspecify.annotations.Nullable;

/**
 * What a list, a watch or the deletion of a collection asks for.
 *
 * <p>Source: k8s.io/apimachinery/pkg/apis/meta/internalversion/validation, release 1.34.
 *
 * @param labels null when all labels will do
 * @param fields null when all fields will do
 * @param name the one object of a watch on an object; empty for all
 * @param limit objects in a page; 0 or less for all
 * @param token where the page before ended; empty for the first one
 * @param resourceVersion as sent
 * @param match {@code Exact}, {@code NotOlderThan} or empty
 * @param initial whether a watch shall begin with what is there; null when it was not said
 * @param timeoutSeconds 0 or less when it was not said
 */
record ListOptions(
        @Nullable LabelSelector labels,
        @Nullable FieldSelector fields,
        String name,
        long limit,
        String token,
        String resourceVersion,
        String match,
        @Nullable Boolean initial,
        long timeoutSeconds) {

    /** @throws ApiException BadRequest for what cannot be read, Invalid for what does not go together */
    static ListOptions of(RequestContext call) {
        ApiRequest request = call.request();
        long timeout = number(request, "timeoutSeconds");
        long limit = number(request, "limit");
        String labels = request.param("labelSelector");
        String fields = request.param("fieldSelector");
        LabelSelector byLabels = labels.isEmpty() ? null : LabelSelector.parse(labels);
        FieldSelector byFields = fields.isEmpty() ? null : FieldSelector.parse(fields);
        ListOptions options = new ListOptions(
                byLabels,
                byFields == null || byFields.isEmpty() ? null : byFields.asStored(call.resource()),
                call.name(),
                limit,
                request.param("continue"),
                request.param("resourceVersion"),
                request.param("resourceVersionMatch"),
                request.query().containsKey("sendInitialEvents") ? (Boolean) request.flag("sendInitialEvents") : null,
                timeout);
        List<Cause> causes = new ArrayList<>();
        if (call.info().verb().equals("watch")) {
            options.checkWatch(causes);
        } else {
            options.checkList(causes);
        }
        RequestOptions.refuse("ListOptions", causes);
        if (byFields != null) {
            byFields.requireSupported(call.resource());
        }
        return options;
    }

    /** Whether all objects are asked for. */
    boolean selectsAll() {
        return labels == null && fields == null && name.isEmpty();
    }

    /** @param resource that the entry is an object of */
    boolean matches(Entry entry, Resource resource, Conversions conversions) {
        return matches(fields == null ? entry.fields() : conversions.fieldsOf(resource, entry));
    }

    /** @param of what the store keeps of an object to select it by */
    boolean matches(Map<String, String> of) {
        return (name.isEmpty() || name.equals(of.get("metadata.name")))
                && (fields == null || fields.matches(of))
                && (labels == null || labels.matches(FieldSelector.labelsOf(of)));
    }

    private void checkList(List<Cause> causes) {
        if (!match.isEmpty()) {
            if (resourceVersion.isEmpty()) {
                forbid(
                        "resourceVersionMatch",
                        "resourceVersionMatch is forbidden unless resourceVersion is provided",
                        causes);
            }
            if (!token.isEmpty()) {
                forbid("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided", causes);
            }
            if (!match.equals("Exact") && !match.equals("NotOlderThan")) {
                causes.add(RequestOptions.unsupported(
                        "resourceVersionMatch", GoText.quote(match), List.of("Exact", "NotOlderThan", "")));
            }
            if (match.equals("Exact") && resourceVersion.equals("0")) {
                forbid(
                        "resourceVersionMatch",
                        "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"",
                        causes);
            }
        }
        if (initial != null) {
            forbid("sendInitialEvents", "sendInitialEvents is forbidden for list", causes);
        }
    }

    private void checkWatch(List<Cause> causes) {
        boolean notOlder = match.equals("NotOlderThan");
        if (initial != null && !notOlder) {
            forbid(
                    "resourceVersionMatch",
                    "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
                    causes);
        }
        if (!match.isEmpty()) {
            if (initial == null) {
                forbid(
                        "resourceVersionMatch",
                        "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
                        causes);
            }
            if (!notOlder) {
                causes.add(RequestOptions.unsupported(
                        "resourceVersionMatch", GoText.quote(match), List.of("NotOlderThan")));
            }
        }
        if (!token.isEmpty()) {
            forbid("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided", causes);
        }
    }

    private static void forbid(String field, String why, List<Cause> causes) {
        causes.add(new Cause("FieldValueForbidden", "Forbidden: " + why, field));
    }

    private static long number(ApiRequest request, String name) {
        return request.query().containsKey(name) ? GoText.parseInt(request.param(name)) : 0;
    }
}

package kubelab.controlplane.admission;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import kubelab.controlplane.apiserver.request.Admission;
import kubelab.controlplane.apiserver.request.AdmissionRequest;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ObjectReader;
import kubelab.controlplane.json.Json;
import kubelab.controlplane.quantity.Amounts;
import tools.jackson.databind.node.ObjectNode;

/** What a namespace's LimitRanges say: requests and limits for containers that have none, and bounds for all. */
final class LimitRanger implements Admission {
    private static final String ANNOTATION = "kubernetes.io/limit-ranger";

    private final ObjectReader reader;

    LimitRanger(ObjectReader reader) {
        this.reader = reader;
    }

    @Override
    public String name() {
        return "LimitRanger";
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (!request.isCreate() || !request.isFor("", "pods")) {
            return;
        }
        List<String> set = new ArrayList<>();
        for (ObjectNode item : items(request.namespace(), "Container")) {
            Map<String, String> limits = limits(item);
            Map<String, String> requests = requests(item, limits);
            Json.objects(request.object(), "spec", "initContainers")
                    .forEach(c -> setDefaults("init container", c, requests, limits, set));
            Json.objects(request.object(), "spec", "containers")
                    .forEach(c -> setDefaults("container", c, requests, limits, set));
        }
        if (!set.isEmpty()) {
            Json.ensure(request.object(), "metadata", "annotations")
                    .put(ANNOTATION, "LimitRanger plugin set: " + String.join("; ", set));
        }
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (!request.isCreate()) {
            return;
        }
        List<String> broken = new ArrayList<>();
        if (request.isFor("", "pods")) {
            ObjectNode pod = request.object();
            for (ObjectNode item : items(request.namespace(), "Container")) {
                List<ObjectNode> containers = new ArrayList<>(Json.objects(pod, "spec", "containers"));
                containers.addAll(Json.objects(pod, "spec", "initContainers"));
                for (ObjectNode container : containers) {
                    check(
                            item,
                            "Container",
                            Json.map(container, "resources", "requests"),
                            Json.map(container, "resources", "limits"),
                            broken);
                }
            }
            for (ObjectNode item : items(request.namespace(), "Pod")) {
                check(item, "Pod", sum(pod, "requests"), sum(pod, "limits"), broken);
            }
        } else if (request.isFor("", "persistentvolumeclaims")) {
            Map<String, String> requests = Json.map(request.object(), "spec", "resources", "requests");
            for (ObjectNode item : items(request.namespace(), "PersistentVolumeClaim")) {
                check(item, "PersistentVolumeClaim", requests, requests, broken);
            }
        }
        if (!broken.isEmpty()) {
            throw ApiException.forbidden(
                    request.resource(),
                    request.name(),
                    broken.size() == 1 ? broken.get(0) : "[" + String.join(", ", broken) + "]");
        }
    }

    private List<ObjectNode> items(String namespace, String type) {
        List<ObjectNode> items = new ArrayList<>();
        for (ObjectNode range : reader.list("", "limitranges", namespace)) {
            Json.objects(range, "spec", "limits").stream()
                    .filter(i -> Json.string(i, "type").equals(type))
                    .forEach(items::add);
        }
        return items;
    }

    /** Default limits; where there is a maximum and no default, the maximum. */
    private static Map<String, String> limits(ObjectNode item) {
        Map<String, String> limits = new TreeMap<>(Json.map(item, "max"));
        limits.putAll(Json.map(item, "default"));
        return limits;
    }

    /** Default requests; where there is none, the default limit, or the minimum. */
    private static Map<String, String> requests(ObjectNode item, Map<String, String> limits) {
        Map<String, String> requests = new TreeMap<>(Json.map(item, "min"));
        requests.putAll(limits);
        requests.putAll(Json.map(item, "defaultRequest"));
        return requests;
    }

    private static void setDefaults(
            String what,
            ObjectNode container,
            Map<String, String> requests,
            Map<String, String> limits,
            List<String> set) {
        List<String> setRequests = merge(container, "requests", requests);
        List<String> setLimits = merge(container, "limits", limits);
        String name = Json.string(container, "name");
        if (!setRequests.isEmpty()) {
            set.add(String.join(", ", setRequests) + " request for " + what + " " + name);
        }
        if (!setLimits.isEmpty()) {
            set.add(String.join(", ", setLimits) + " limit for " + what + " " + name);
        }
    }

    private static List<String> merge(ObjectNode container, String field, Map<String, String> defaults) {
        List<String> set = new ArrayList<>();
        defaults.forEach((resource, amount) -> {
            if (Json.at(container, "resources", field, resource) == null) {
                Json.ensure(container, "resources", field).put(resource, amount);
                set.add(resource);
            }
        });
        return set;
    }

    private static void check(
            ObjectNode item,
            String type,
            Map<String, String> requests,
            Map<String, String> limits,
            List<String> broken) {
        Json.map(item, "min").forEach((resource, bound) -> {
            String start = "minimum " + resource + " usage per " + type + " is " + bound;
            if (!requests.containsKey(resource)) {
                broken.add(start + ".  No request is specified");
            } else if (compare(requests.get(resource), bound) < 0) {
                broken.add(start + ", but request is " + requests.get(resource));
            } else if (limits.containsKey(resource) && compare(limits.get(resource), bound) < 0) {
                broken.add(start + ", but limit is " + limits.get(resource));
            }
        });
        Json.map(item, "max").forEach((resource, bound) -> {
            String start = "maximum " + resource + " usage per " + type + " is " + bound;
            if (!limits.containsKey(resource)) {
                broken.add(start + ".  No limit is specified");
            } else if (compare(limits.get(resource), bound) > 0) {
                broken.add(start + ", but limit is " + limits.get(resource));
            } else if (requests.containsKey(resource) && compare(requests.get(resource), bound) > 0) {
                broken.add(start + ", but request is " + requests.get(resource));
            }
        });
        Json.map(item, "maxLimitRequestRatio").forEach((resource, bound) -> {
            String limit = limits.get(resource);
            String request = requests.get(resource);
            if (limit == null || request == null || Amounts.value(request).signum() == 0) {
                return;
            }
            BigDecimal ratio = Amounts.value(limit).divide(Amounts.value(request), MathContext.DECIMAL64);
            if (ratio.compareTo(Amounts.value(bound)) > 0) {
                broken.add(resource + " max limit to request ratio per " + type + " is " + bound
                        + ", but provided ratio is " + String.format(java.util.Locale.ROOT, "%f", ratio));
            }
        });
    }

    private static Map<String, String> sum(ObjectNode pod, String field) {
        Map<String, String> sums = new TreeMap<>();
        List<ObjectNode> containers = Json.objects(pod, "spec", "containers");
        for (String resource : new TreeSet<>(containers.stream()
                .flatMap(c -> Json.map(c, "resources", field).keySet().stream())
                .toList())) {
            BigDecimal sum = BigDecimal.ZERO;
            for (ObjectNode container : containers) {
                String amount = Json.string(container, "resources", field, resource);
                sum = amount.isEmpty() ? sum : sum.add(Amounts.value(amount));
            }
            sums.put(resource, Amounts.text(sum, !resource.equals("cpu")));
        }
        return sums;
    }

    private static int compare(@org.jspecify.annotations.Nullable String amount, String bound) {
        return amount == null ? 0 : Amounts.value(amount).compareTo(Amounts.value(bound));
    }
}

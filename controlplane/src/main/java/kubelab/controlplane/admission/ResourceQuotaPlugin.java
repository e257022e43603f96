package kubelab.controlplane.admission;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kubelab.controlplane.apiserver.request.Admission;
import kubelab.controlplane.apiserver.request.AdmissionRequest;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ObjectReader;
import kubelab.controlplane.json.Json;
import kubelab.controlplane.quantity.Amounts;
import tools.jackson.databind.node.ObjectNode;

/**
 * Refuses what would take a namespace over one of its quotas.
 *
 * <p>Simplified: the plugin counts the objects that are stored at that moment, so two requests at the same instant may
 * both fit; upstream reserves the amount in the quota's status. Quota scopes are ignored, and an update that makes an
 * object larger is not checked.
 */
final class ResourceQuotaPlugin implements Admission {
    private final ObjectReader reader;

    ResourceQuotaPlugin(ObjectReader reader) {
        this.reader = reader;
    }

    @Override
    public String name() {
        return "ResourceQuota";
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (!request.isCreate()
                || !request.subresource().isEmpty()
                || request.namespace().isEmpty()) {
            return;
        }
        List<ObjectNode> quotas = reader.list("", "resourcequotas", request.namespace());
        if (quotas.isEmpty()) {
            return;
        }
        String group = request.resource().group();
        String plural = request.resource().plural();
        Map<String, BigDecimal> asked = QuotaUsage.of(group, plural, request.object());
        Map<String, BigDecimal> used = new HashMap<>();
        boolean counted = false;
        for (ObjectNode quota : quotas) {
            Map<String, String> hard = Json.map(quota, "spec", "hard");
            String name = Json.string(quota, "metadata", "name");
            if (request.isFor("", "pods")) {
                List<String> missing =
                        QuotaUsage.unspecified(hard.keySet().stream().sorted().toList(), request.object());
                if (!missing.isEmpty()) {
                    refuse(request, "failed quota: " + name + ": must specify " + String.join("; ", missing));
                }
            }
            if (!counted && hard.keySet().stream().anyMatch(asked::containsKey)) {
                for (ObjectNode object : reader.list(group, plural, request.namespace())) {
                    QuotaUsage.of(group, plural, object).forEach((k, v) -> used.merge(k, v, BigDecimal::add));
                }
                counted = true;
            }
            check(request, name, new TreeMap<>(hard), asked, used);
        }
    }

    private static void check(
            AdmissionRequest request,
            String quota,
            Map<String, String> hard,
            Map<String, BigDecimal> asked,
            Map<String, BigDecimal> used) {
        List<String> exceeded = new ArrayList<>();
        hard.forEach((resource, limit) -> {
            BigDecimal more = asked.getOrDefault(resource, BigDecimal.ZERO);
            BigDecimal sum = used.getOrDefault(resource, BigDecimal.ZERO).add(more);
            if (more.signum() > 0 && sum.compareTo(Amounts.value(limit)) > 0) {
                exceeded.add(resource);
            }
        });
        if (exceeded.isEmpty()) {
            return;
        }
        refuse(
                request,
                "exceeded quota: " + quota + ", requested: " + list(exceeded, asked) + ", used: "
                        + list(exceeded, used) + ", limited: "
                        + exceeded.stream().map(r -> r + "=" + hard.get(r)).collect(Collectors.joining(",")));
    }

    private static String list(List<String> resources, Map<String, BigDecimal> amounts) {
        return resources.stream()
                .map(r -> r + "=" + QuotaUsage.text(r, amounts.getOrDefault(r, BigDecimal.ZERO)))
                .collect(Collectors.joining(","));
    }

    private static void refuse(AdmissionRequest request, String why) {
        throw ApiException.forbidden(request.resource(), request.name(), why);
    }
}

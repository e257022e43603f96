package kubelab.controlplane.apiserver.discovery;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import kubelab.controlplane.apiserver.registry.RemoteVersion;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.strategy.VersionOrder;

/**
 * Which group, and which version of it, clients shall prefer: kubectl takes the first group that knows a name.
 *
 * <p>Source: pkg/controlplane/apiserver/aggregator.go and kube-aggregator's SortedByGroupAndVersion (1.34).
 */
public final class GroupOrder {
    private static final int CUSTOM_GROUP = 1000;
    private static final int CUSTOM_VERSION = 100;
    private static final int LEAST_GROUP = 100;

    private static final Map<String, Integer> BUILT_IN = Map.ofEntries(
            Map.entry("", 18_000),
            Map.entry("apiregistration.k8s.io", 20_001),
            Map.entry("apps", 17_800),
            Map.entry("events.k8s.io", 17_750),
            Map.entry("authentication.k8s.io", 17_700),
            Map.entry("authorization.k8s.io", 17_600),
            Map.entry("autoscaling", 17_500),
            Map.entry("batch", 17_400),
            Map.entry("certificates.k8s.io", 17_300),
            Map.entry("networking.k8s.io", 17_200),
            Map.entry("policy", 17_100),
            Map.entry("rbac.authorization.k8s.io", 17_000),
            Map.entry("storage.k8s.io", 16_800),
            Map.entry("admissionregistration.k8s.io", 16_700),
            Map.entry("apiextensions.k8s.io", 16_700),
            Map.entry("scheduling.k8s.io", 16_600),
            Map.entry("coordination.k8s.io", 16_500),
            Map.entry("node.k8s.io", 16_300),
            Map.entry("discovery.k8s.io", 16_200),
            Map.entry("flowcontrol.apiserver.k8s.io", 16_100));

    private GroupOrder() {}

    /** Of a group that this server has built in: the least priority of its versions' APIServices. */
    public static int priority(String group) {
        return BUILT_IN.getOrDefault(group, LEAST_GROUP);
    }

    /** @return group → its versions, the preferred ones first; without the legacy group */
    static Map<String, List<String>> of(List<Resource> rows, List<RemoteVersion> remote) {
        Map<String, Integer> groups = new HashMap<>();
        Map<String, Integer> priorities = new HashMap<>();
        Map<String, Set<String>> versions = new HashMap<>();
        for (Resource row : rows) {
            if (!row.group().isEmpty()) {
                int priority = row.isCustom() ? CUSTOM_GROUP : priority(row.group());
                groups.merge(row.group(), priority, Math::max);
                priorities.put(row.apiVersion(), CUSTOM_VERSION);
                versions.computeIfAbsent(row.group(), g -> new TreeSet<>()).add(row.version());
            }
        }
        for (RemoteVersion one : remote) {
            groups.merge(one.group(), one.groupPriority(), Math::max);
            priorities.put(one.group() + "/" + one.version(), one.versionPriority());
            versions.computeIfAbsent(one.group(), g -> new TreeSet<>()).add(one.version());
        }
        List<String> names = new ArrayList<>(groups.keySet());
        names.sort(Comparator.comparing((String name) -> -groups.getOrDefault(name, 0))
                .thenComparing(Comparator.naturalOrder()));
        Map<String, List<String>> sorted = new LinkedHashMap<>();
        for (String name : names) {
            List<String> all = new ArrayList<>(versions.getOrDefault(name, Set.of()));
            all.sort(Comparator.comparing((String version) -> -priorities.getOrDefault(name + "/" + version, 0))
                    .thenComparing(VersionOrder.BEST_FIRST));
            sorted.put(name, List.copyOf(all));
        }
        return sorted;
    }
}

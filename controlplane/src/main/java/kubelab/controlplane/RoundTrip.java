package kubelab.controlplane;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Proof that a cluster acts: a handful of objects in a namespace of their own, each of which reaches its aim only if a
 * certain part of the control plane does its work: the scheduler, each controller, each kubelet. Written for clusters that
 * are under load or in trouble; whoever calls it may do so again and again, with a name of its own each time.
 */
public final class RoundTrip {
    private final KubernetesClient client;
    private final List<String> nodes;
    private final String name;
    private final Duration limit;
    private final Map<String, Duration> times = new LinkedHashMap<>();
    private final List<String> misses = new ArrayList<>();

    /** What a part must have done. */
    private record Aim<T extends HasMetadata>(
            String part,
            Class<T> kind,
            String name,
            @Nullable Predicate<T> reached) {
        /** @param object null when there is none; without a condition that is the aim */
        boolean test(@Nullable T object) {
            return object == null || reached == null ? object == null && reached == null : reached.test(object);
        }

        String asked() {
            return HasMetadata.getKind(kind) + " " + name + (reached == null ? " gone" : "");
        }
    }

    /**
     * @param times part → how long its objects took, from when all were there; at most the limit
     * @param misses a sentence for each part that did not act in time
     */
    public record Result(Map<String, Duration> times, List<String> misses) {
        public Result {
            times = Map.copyOf(times);
            misses = List.copyOf(misses);
        }
    }

    private RoundTrip(KubernetesClient client, List<String> nodes, String name, Duration limit) {
        this.client = client;
        this.nodes = nodes;
        this.name = name;
        this.limit = limit;
    }

    /**
     * One round trip; what it makes it also deletes.
     *
     * @param client an administrator's
     * @param nodes those whose kubelets shall act
     * @param name of the namespace, which must not be there yet; other objects are called so, too
     * @param limit for each part
     */
    public static Result run(KubernetesClient client, List<String> nodes, String name, Duration limit) {
        return new RoundTrip(client, nodes, name, limit).run();
    }

    private Result run() {
        long start = System.nanoTime();
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        // A Pod is refused before its account is there.
        check(new Aim<>("service-account-controller", ServiceAccount.class, "default", account -> true), start);
        try {
            objects().forEach(object -> client.resource(object).create());
            makeOverdue();
            leaveWithoutOwner();
            start = System.nanoTime();
            for (Aim<?> aim : aims()) {
                check(aim, start);
            }
            checkSlice("web", "endpointslice-controller", start);
            checkSlice("outside", "endpointslice-mirroring-controller", start);
        } finally {
            client.nodes().withName(name).delete();
            client.rbac().clusterRoles().withName(name).delete();
            client.rbac().clusterRoles().withName(name + "-part").delete();
            client.namespaces().withName(name).delete();
        }
        check(new Aim<>("namespace-controller", Namespace.class, name, null), System.nanoTime());
        return new Result(times, misses);
    }

    /** Its last run was five minutes ago: one is due now. */
    private void makeOverdue() {
        client.batch().v1().cronjobs().inNamespace(name).withName("overdue").editStatus(cron -> cron.edit()
                .withNewStatus()
                .withLastScheduleTime(longAgo(cron))
                .endStatus()
                .build());
    }

    private static String longAgo(CronJob cron) {
        return Instant.parse(cron.getMetadata().getCreationTimestamp())
                .minus(Duration.ofMinutes(5))
                .toString();
    }

    private void leaveWithoutOwner() {
        var maps = client.configMaps().inNamespace(name);
        ConfigMap owner = Objects.requireNonNull(maps.withName("owner").get());
        maps.withName("owned").edit(map -> map.edit()
                .editMetadata()
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion("v1")
                        .withKind("ConfigMap")
                        .withName("owner")
                        .withUid(owner.getMetadata().getUid())
                        .build())
                .endMetadata()
                .build());
        maps.withName("owner").delete();
    }

    private List<HasMetadata> objects() {
        String text;
        try (InputStream in = Objects.requireNonNull(RoundTrip.class.getResourceAsStream("round-trip.yaml"))) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<HasMetadata> objects = new ArrayList<>();
        String filled = text.replace("NAME", name).replace("NODE", nodes.get(0));
        for (String document : filled.split("\n---\n")) {
            objects.add((HasMetadata) Objects.requireNonNull((Object) Serialization.unmarshal(document)));
        }
        for (String node : nodes) {
            Pod pod = Serialization.unmarshal("""
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: on-NODE, namespace: NAME}
                    spec:
                      nodeName: NODE
                      terminationGracePeriodSeconds: 0
                      containers: [{name: c, image: "registry.k8s.io/pause:3.10"}]
                    """.replace("NODE", node).replace("NAME", name), Pod.class);
            objects.add(pod);
        }
        return objects;
    }

    private List<Aim<?>> aims() {
        List<Aim<?>> aims = new ArrayList<>();
        for (String node : nodes) {
            aims.add(new Aim<>("kubelet-" + node, Pod.class, "on-" + node, RoundTrip::runs));
        }
        aims.add(new Aim<>(
                "kube-scheduler", Pod.class, "placed", pod -> pod.getSpec().getNodeName() != null));
        aims.add(new Aim<>("root-ca-cert-publisher", ConfigMap.class, "kube-root-ca.crt", map -> true));
        aims.add(new Aim<>(
                "deployment-controller and replicaset-controller",
                Deployment.class,
                "web",
                d -> d.getStatus() != null
                        && Integer.valueOf(1).equals(d.getStatus().getAvailableReplicas())));
        aims.add(new Aim<>(
                "statefulset-controller",
                StatefulSet.class,
                "set",
                s -> s.getStatus() != null
                        && Integer.valueOf(1).equals(s.getStatus().getReadyReplicas())));
        aims.add(new Aim<>(
                "daemonset-controller",
                DaemonSet.class,
                "daemon",
                d -> d.getStatus() != null
                        && Integer.valueOf(1).equals(d.getStatus().getNumberReady())));
        aims.add(new Aim<>(
                "job-controller",
                Job.class,
                "job",
                j -> j.getStatus() != null
                        && Integer.valueOf(1).equals(j.getStatus().getSucceeded())));
        aims.add(new Aim<>(
                "cronjob-controller",
                CronJob.class,
                "overdue",
                c -> c.getStatus() != null && c.getStatus().getLastSuccessfulTime() != null));
        aims.add(new Aim<>("endpoint-controller", Endpoints.class, "web", e -> !e.getSubsets()
                .isEmpty()));
        aims.add(new Aim<>(
                "service-lb-controller",
                Service.class,
                "web",
                s -> s.getStatus() != null
                        && s.getStatus().getLoadBalancer() != null
                        && s.getStatus().getLoadBalancer().getIngress() != null
                        && !s.getStatus().getLoadBalancer().getIngress().isEmpty()));
        aims.add(new Aim<>(
                "disruption-controller",
                PodDisruptionBudget.class,
                "web",
                b -> b.getStatus() != null
                        && Integer.valueOf(1).equals(b.getStatus().getCurrentHealthy())));
        aims.add(new Aim<>(
                "resourcequota-controller",
                ResourceQuota.class,
                "quota",
                q -> q.getStatus() != null
                        && q.getStatus().getUsed() != null
                        && q.getStatus().getUsed().containsKey("services")));
        aims.add(new Aim<>(
                "clusterrole-aggregation-controller",
                ClusterRole.class,
                name,
                r -> r.getRules() != null && !r.getRules().isEmpty()));
        aims.add(new Aim<>("node-lifecycle-controller", Node.class, name, n -> n.getSpec().getTaints().stream()
                .anyMatch(t -> t.getKey().startsWith("node.kubernetes.io/"))));
        // Without time to end and without a kubelet it is gone as soon as it is deleted.
        aims.add(new Aim<>("taint-eviction-controller", Pod.class, "evicted", null));
        aims.add(new Aim<>("generic-garbage-collector", ConfigMap.class, "owned", null));
        return aims;
    }

    private <T extends HasMetadata> void check(Aim<T> aim, long start) {
        var all = client.resources(aim.kind());
        var one = aim.name().equals(name)
                ? all.withName(name)
                : all.inNamespace(name).withName(aim.name());
        try {
            one.waitUntilCondition(aim::test, left(start), TimeUnit.MILLISECONDS);
            times.put(aim.part(), since(start));
        } catch (KubernetesClientException e) {
            misses.add(aim.part() + ": not within " + limit.toMillis() + " ms: " + aim.asked() + " (" + e.getMessage()
                    + ")");
        }
    }

    private void checkSlice(String service, String part, long start) {
        try {
            client.discovery()
                    .v1()
                    .endpointSlices()
                    .inNamespace(name)
                    .withLabel("kubernetes.io/service-name", service)
                    .informOnCondition(slices -> slices.stream()
                            .anyMatch(s -> s.getEndpoints() != null
                                    && !s.getEndpoints().isEmpty()))
                    .get(left(start), TimeUnit.MILLISECONDS);
            times.put(part, since(start));
        } catch (TimeoutException | ExecutionException e) {
            misses.add(part + ": not within " + limit.toMillis() + " ms: a slice of Service " + service);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static boolean runs(Pod pod) {
        return pod.getStatus() != null && "Running".equals(pod.getStatus().getPhase());
    }

    /** One that takes long leaves the others little, and all that have done their work need no time. */
    private long left(long start) {
        return Math.max(50, limit.minus(since(start)).toMillis());
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}

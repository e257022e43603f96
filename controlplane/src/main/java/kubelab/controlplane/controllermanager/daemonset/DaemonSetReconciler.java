package kubelab.controlplane.controllermanager.daemonset;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.controllermanager.loop.CreationGuard;
import kubelab.controlplane.controllermanager.loop.Difference;
import kubelab.controlplane.controllermanager.loop.Expectations;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.PodAdoption;
import kubelab.controlplane.controllermanager.loop.PodControl;
import kubelab.controlplane.controllermanager.loop.PodState;
import kubelab.controlplane.controllermanager.loop.Reconciler;
import kubelab.controlplane.controllermanager.loop.TemplateHistory;

/**
 * One Pod on each node that the template's selector, affinity and tolerations allow.
 *
 * <p>Simplified: {@code maxSurge} is treated as 0.
 */
final class DaemonSetReconciler implements Reconciler {
    static final String REVISION = "controller-revision-hash";

    private final Cached<DaemonSet> sets;
    private final Cached<Pod> pods;
    private final Cached<Node> nodes;
    private final TemplateHistory history;
    private final KubernetesClient client;
    private final PodControl control;
    private final Expectations expectations;
    private final CreationGuard guard;
    private final BiPredicate<Pod, Node> mayRunOn;
    private final Clock clock;

    DaemonSetReconciler(
            Cached<DaemonSet> sets,
            Cached<Pod> pods,
            Cached<Node> nodes,
            TemplateHistory history,
            KubernetesClient client,
            PodControl control,
            Expectations expectations,
            CreationGuard guard,
            BiPredicate<Pod, Node> mayRunOn,
            Clock clock) {
        this.sets = sets;
        this.pods = pods;
        this.nodes = nodes;
        this.history = history;
        this.client = client;
        this.control = control;
        this.expectations = expectations;
        this.guard = guard;
        this.mayRunOn = mayRunOn;
        this.clock = clock;
    }

    // tag::reconcile[]
    @Override
    public Result reconcile(Key key) {
        Optional<DaemonSet> found = sets.get(key);
        if (found.isEmpty() || found.get().getMetadata().getDeletionTimestamp() != null) {
            expectations.forget(key);
            guard.forget(key);
            return Result.done();
        }
        DaemonSet set = found.get();
        if (!guard.keeps(
                set, set.getSpec().getSelector(), set.getSpec().getTemplate().getMetadata())) {
            return Result.done();
        }
        boolean cacheIsCurrent = expectations.satisfied(key);
        Map<String, List<Pod>> byNode = new HashMap<>();
        new PodAdoption(client)
                .claim(set, set.getSpec().getSelector(), pods.inNamespace(key.namespace()))
                .forEach(p -> byNode.computeIfAbsent(DaemonPods.node(p).orElse(""), n -> new ArrayList<>())
                        .add(p));
        String revision = history.current(
                        set,
                        set.getSpec().getTemplate(),
                        Objects.requireNonNullElse(
                                set.getSpec().getSelector().getMatchLabels(), Map.<String, String>of()))
                .getMetadata()
                .getLabels()
                .getOrDefault(REVISION, "");
        List<Node> wanted = nodes.list().stream()
                .filter(n -> mayRunOn.test(DaemonPods.pod(set, revision, n), n))
                .toList();
        Duration hold = Duration.ZERO;
        try {
            if (cacheIsCurrent) {
                hold = adjust(key, set, revision, wanted, byNode);
            }
        } finally {
            writeStatus(set, revision, wanted, byNode);
        }
        return hold.isZero() ? Result.done() : Result.after(hold);
    }
    // end::reconcile[]

    /** @return how long creating must wait; zero when nothing has to */
    private Duration adjust(Key key, DaemonSet set, String revision, List<Node> wanted, Map<String, List<Pod>> byNode) {
        List<Pod> surplus = new ArrayList<>();
        Set<String> names = new java.util.HashSet<>();
        Duration hold = guard.hold(key, wanted.size());
        for (Node node : wanted) {
            String name = node.getMetadata().getName();
            names.add(name);
            List<Pod> here = byNode.getOrDefault(name, List.of());
            here.stream()
                    .filter(p -> PodState.isFinished(p) && !PodState.isTerminating(p))
                    .forEach(surplus::add);
            List<Pod> living = here.stream()
                    .filter(p -> !PodState.isFinished(p))
                    .sorted(Comparator.comparing(p -> p.getMetadata().getCreationTimestamp()))
                    .toList();
            if (here.isEmpty() && hold.isZero()) {
                create(key, set, revision, node);
            }
            living.stream().skip(1).filter(p -> !PodState.isTerminating(p)).forEach(surplus::add);
        }
        byNode.forEach((node, here) -> {
            if (!names.contains(node)) {
                here.stream().filter(p -> !PodState.isTerminating(p)).forEach(surplus::add);
            }
        });
        if (surplus.isEmpty()
                && "RollingUpdate".equals(set.getSpec().getUpdateStrategy().getType())) {
            surplus.addAll(outdated(set, revision, wanted, byNode));
        }
        for (Pod pod : surplus) {
            expectations.expectDeletions(key, Set.of(pod.getMetadata().getUid()));
            control.delete(set, pod);
        }
        return hold;
    }

    private void create(Key key, DaemonSet set, String revision, Node node) {
        expectations.expectCreations(key, 1);
        try {
            control.create(set, DaemonPods.pod(set, revision, node));
            guard.created(key);
        } catch (KubernetesClientException e) {
            expectations.created(key);
            throw e;
        }
    }

    /** Old Pods that may go now: those that serve nobody first, then as many as {@code maxUnavailable} leaves room for. */
    private List<Pod> outdated(DaemonSet set, String revision, List<Node> wanted, Map<String, List<Pod>> byNode) {
        int unavailable = 0;
        List<Pod> idle = new ArrayList<>();
        List<Pod> serving = new ArrayList<>();
        for (Node node : wanted) {
            Pod pod = byNode.getOrDefault(node.getMetadata().getName(), List.of()).stream()
                    .findFirst()
                    .orElse(null);
            boolean available = pod != null && !PodState.isTerminating(pod) && PodState.isReady(pod);
            unavailable += available ? 0 : 1;
            if (pod != null
                    && !PodState.isTerminating(pod)
                    && !revision.equals(pod.getMetadata().getLabels().get(REVISION))) {
                (available ? serving : idle).add(pod);
            }
        }
        int room = Math.max(0, maxUnavailable(set, wanted.size()) - unavailable);
        idle.addAll(serving.subList(0, Math.min(room, serving.size())));
        return idle;
    }

    private static int maxUnavailable(DaemonSet set, int nodes) {
        var rolling = set.getSpec().getUpdateStrategy().getRollingUpdate();
        IntOrString value = rolling == null ? null : rolling.getMaxUnavailable();
        if (value == null) {
            return 1;
        }
        if (value.getIntVal() != null) {
            return Math.max(1, value.getIntVal());
        }
        String text = value.getStrVal();
        return Math.max(1, (int) Math.ceil(nodes * Integer.parseInt(text.substring(0, text.length() - 1)) / 100.0));
    }

    private void writeStatus(DaemonSet set, String revision, List<Node> wanted, Map<String, List<Pod>> byNode) {
        int scheduled = 0;
        int ready = 0;
        int available = 0;
        int updated = 0;
        Set<String> names = new java.util.HashSet<>();
        int minReady = Objects.requireNonNullElse(set.getSpec().getMinReadySeconds(), 0);
        for (Node node : wanted) {
            names.add(node.getMetadata().getName());
            List<Pod> here = byNode.getOrDefault(node.getMetadata().getName(), List.of());
            if (here.isEmpty()) {
                continue;
            }
            Pod pod = here.get(0);
            scheduled++;
            ready += PodState.isReady(pod) ? 1 : 0;
            available += PodState.isAvailable(pod, minReady, clock.now()) ? 1 : 0;
            updated += revision.equals(pod.getMetadata().getLabels().get(REVISION)) ? 1 : 0;
        }
        int misscheduled = (int) byNode.entrySet().stream()
                .filter(e -> !names.contains(e.getKey()) && !e.getValue().isEmpty())
                .count();
        int unavailable = wanted.size() - available;
        DaemonSetStatus after = new DaemonSetStatus();
        after.setDesiredNumberScheduled(wanted.size());
        after.setCurrentNumberScheduled(scheduled);
        after.setNumberMisscheduled(misscheduled);
        after.setNumberReady(ready);
        after.setNumberAvailable(available == 0 ? null : available);
        after.setNumberUnavailable(unavailable == 0 ? null : unavailable);
        after.setUpdatedNumberScheduled(updated == 0 ? null : updated);
        after.setObservedGeneration(set.getMetadata().getGeneration());
        if (Difference.between(set.getStatus(), after)) {
            client.resource(new DaemonSetBuilder(set).withStatus(after).build()).updateStatus();
        }
    }
}

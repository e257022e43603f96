package kubelab.controlplane.controllermanager.tainteviction;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.PodState;
import kubelab.controlplane.controllermanager.loop.Reconciler.Result;
import kubelab.controlplane.events.EventRecorder;
import org.jspecify.annotations.Nullable;

/** One Pod at a time: how long may it stay? */
public final class TaintEvictionController {
    private static final String NAME = "taint-eviction-controller";
    private static final String ACCOUNT = "node-controller";

    private TaintEvictionController() {}

    public static ControlLoop wire(ControllerContext context) {
        KubernetesClient client = context.client(ACCOUNT);
        EventRecorder events = context.events().recorder(client, NAME, "");
        Cached<Node> nodes = context.informers().of(Node.class);
        Cached<Pod> pods = context.informers().of(Pod.class);
        ControlLoop loop = new ControlLoop(NAME, context.clock(), key -> {
            Optional<Pod> pod = pods.get(key).filter(p -> !PodState.isTerminating(p));
            String node = pod.map(p -> p.getSpec().getNodeName()).orElse("");
            Optional<Duration> left = nodes.get("", node)
                    .flatMap(n -> pod.flatMap(
                            p -> remaining(p, taints(n), context.clock().now())));
            if (left.isEmpty()) {
                return Result.done();
            }
            if (!left.get().isZero()) {
                return Result.after(left.get());
            }
            evict(client, events, pod.get(), context.clock().now());
            return Result.done();
        });
        nodes.onEvent(
                node -> {},
                (before, after) -> {
                    if (!taints(before).equals(taints(after))) {
                        String name = after.getMetadata().getName();
                        pods.list().stream()
                                .filter(p -> name.equals(p.getSpec().getNodeName()))
                                .forEach(p -> loop.enqueue(Key.of(p)));
                    }
                },
                node -> {});
        pods.onEvent(
                pod -> loop.enqueue(Key.of(pod)),
                (before, after) -> {
                    if (!Objects.equals(
                                    before.getSpec().getNodeName(),
                                    after.getSpec().getNodeName())
                            || !Objects.equals(
                                    before.getSpec().getTolerations(),
                                    after.getSpec().getTolerations())) {
                        loop.enqueue(Key.of(after));
                    }
                },
                pod -> {});
        return loop;
    }

    // tag::remaining[]
    /** How long a Pod may still stay: zero when it must go now, empty when for ever. */
    static Optional<Duration> remaining(Pod pod, List<Taint> taints, Instant now) {
        Optional<Duration> least = Optional.empty();
        for (Taint taint : taints) {
            List<Toleration> tolerating =
                    Objects.requireNonNullElse(pod.getSpec().getTolerations(), List.<Toleration>of()).stream()
                            .filter(t -> tolerates(t, taint))
                            .toList();
            if (tolerating.isEmpty()) {
                return Optional.of(Duration.ZERO);
            }
            Instant since = taint.getTimeAdded() == null ? now : Instant.parse(taint.getTimeAdded());
            for (Toleration toleration : tolerating) {
                if (toleration.getTolerationSeconds() != null) {
                    Duration left = Duration.between(now, since.plusSeconds(toleration.getTolerationSeconds()));
                    Duration bounded = left.isNegative() ? Duration.ZERO : left;
                    least = Optional.of(
                            least.filter(l -> l.compareTo(bounded) < 0).orElse(bounded));
                }
            }
        }
        return least;
    }
    // end::remaining[]

    private static void evict(KubernetesClient client, EventRecorder events, Pod pod, Instant now) {
        String name = pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
        events.normal(pod, "TaintManagerEviction", "Marking for deletion Pod " + name);
        PodCondition condition = new PodConditionBuilder()
                .withType("DisruptionTarget")
                .withStatus("True")
                .withReason("DeletionByTaintManager")
                .withMessage("Taint manager: deleting due to NoExecute taint")
                .withLastTransitionTime(now.truncatedTo(ChronoUnit.SECONDS).toString())
                .build();
        client.resource(new PodBuilder(pod)
                        .editStatus()
                        .addToConditions(condition)
                        .endStatus()
                        .build())
                .updateStatus();
        client.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .delete();
    }

    private static boolean tolerates(Toleration toleration, Taint taint) {
        String key = text(toleration.getKey());
        return (text(toleration.getEffect()).isEmpty() || toleration.getEffect().equals(taint.getEffect()))
                && (key.isEmpty() || key.equals(taint.getKey()))
                && ("Exists".equals(toleration.getOperator())
                        || !key.isEmpty() && text(toleration.getValue()).equals(text(taint.getValue())));
    }

    private static List<Taint> taints(Node node) {
        return Objects.requireNonNullElse(node.getSpec().getTaints(), List.<Taint>of()).stream()
                .filter(t -> "NoExecute".equals(t.getEffect()))
                .toList();
    }

    private static String text(@Nullable String text) {
        return Objects.requireNonNullElse(text, "");
    }
}

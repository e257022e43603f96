package kubelab.controlplane.controllermanager.deployment;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import kubelab.controlplane.controllermanager.loop.Ownership;
import kubelab.controlplane.controllermanager.loop.TemplateHash;
import org.jspecify.annotations.Nullable;

/** The ReplicaSets of a Deployment as its history: which one has the present template, which number each has. */
final class Revisions {
    static final String REVISION = "deployment.kubernetes.io/revision";
    static final String HISTORY = "deployment.kubernetes.io/revision-history";
    static final String DESIRED = "deployment.kubernetes.io/desired-replicas";
    static final String MAX = "deployment.kubernetes.io/max-replicas";
    static final String HASH = "pod-template-hash";

    /** Annotations that say something about the Deployment alone and are not passed on. */
    private static final Set<String> NOT_COPIED = Set.of(
            "kubectl.kubernetes.io/last-applied-configuration",
            REVISION,
            HISTORY,
            DESIRED,
            MAX,
            "deprecated.deployment.rollback.to");

    private Revisions() {}

    /** The ReplicaSet that was made from the Deployment's present template; the oldest if there are two. */
    static Optional<ReplicaSet> current(Deployment deployment, List<ReplicaSet> all) {
        PodTemplateSpec template = withoutHash(deployment.getSpec().getTemplate());
        return all.stream()
                .sorted(Comparator.comparing(s -> s.getMetadata().getCreationTimestamp()))
                .filter(s -> withoutHash(s.getSpec().getTemplate()).equals(template))
                .findFirst();
    }

    static boolean sameTemplate(Deployment deployment, ReplicaSet set) {
        return withoutHash(set.getSpec().getTemplate())
                .equals(withoutHash(deployment.getSpec().getTemplate()));
    }

    static long revision(@Nullable Map<String, String> annotations) {
        try {
            return annotations == null ? 0 : Long.parseLong(annotations.getOrDefault(REVISION, "0"));
        } catch (NumberFormatException notANumber) {
            return 0;
        }
    }

    static long highest(List<ReplicaSet> sets) {
        return sets.stream()
                .mapToLong(s -> revision(s.getMetadata().getAnnotations()))
                .max()
                .orElse(0);
    }

    /** A new ReplicaSet for the present template, with {@code replicas} Pods. */
    static ReplicaSet create(Deployment deployment, long revision, int replicas) {
        Integer collisions =
                deployment.getStatus() == null ? null : deployment.getStatus().getCollisionCount();
        String hash = TemplateHash.of(deployment.getSpec().getTemplate(), collisions);
        PodTemplateSpec template = withHash(deployment.getSpec().getTemplate(), hash);
        LabelSelector selector = new LabelSelectorBuilder(deployment.getSpec().getSelector())
                .addToMatchLabels(HASH, hash)
                .build();
        return new ReplicaSetBuilder()
                .withNewMetadata()
                .withName(deployment.getMetadata().getName() + "-" + hash)
                .withNamespace(deployment.getMetadata().getNamespace())
                .withLabels(template.getMetadata().getLabels())
                .withAnnotations(annotations(deployment, Map.of(), revision))
                .withOwnerReferences(Ownership.controllerReference(deployment))
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withMinReadySeconds(deployment.getSpec().getMinReadySeconds())
                .withSelector(selector)
                .withTemplate(template)
                .endSpec()
                .build();
    }

    /** What a ReplicaSet's annotations should be while it is the current one. */
    static Map<String, String> annotations(Deployment deployment, Map<String, String> before, long revision) {
        Map<String, String> after = new LinkedHashMap<>(before);
        Objects.requireNonNullElse(deployment.getMetadata().getAnnotations(), Map.<String, String>of())
                .forEach((key, value) -> {
                    if (!NOT_COPIED.contains(key)) {
                        after.put(key, value);
                    }
                });
        long old = revision(before);
        if (old < revision) {
            after.put(REVISION, Long.toString(revision));
            if (old > 0) {
                String history = before.getOrDefault(HISTORY, "");
                after.put(HISTORY, history.isEmpty() ? Long.toString(old) : history + "," + old);
            }
        }
        return withSize(after, deployment);
    }

    /** Notes for which size of the Deployment the ReplicaSet was scaled; how a later change of that size is noticed. */
    static Map<String, String> withSize(Map<String, String> annotations, Deployment deployment) {
        Map<String, String> after = new LinkedHashMap<>(annotations);
        int wanted = Replicas.wanted(deployment);
        after.put(DESIRED, Integer.toString(wanted));
        after.put(MAX, Integer.toString(wanted + Replicas.maxSurge(deployment)));
        return after;
    }

    private static PodTemplateSpec withHash(PodTemplateSpec template, String hash) {
        return new PodTemplateSpecBuilder(template)
                .editOrNewMetadata()
                .addToLabels(HASH, hash)
                .endMetadata()
                .build();
    }

    private static PodTemplateSpec withoutHash(PodTemplateSpec template) {
        return new PodTemplateSpecBuilder(template)
                .editOrNewMetadata()
                .removeFromLabels(HASH)
                .endMetadata()
                .build();
    }
}

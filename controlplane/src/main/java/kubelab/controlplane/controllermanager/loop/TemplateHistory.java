package kubelab.controlplane.controllermanager.loop;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.ControllerRevisionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The templates that a StatefulSet or DaemonSet had, each kept as a ControllerRevision, so that Pods of an earlier one can
 * be made again and {@code kubectl rollout undo} finds them.
 *
 * <p>Simplified: old revisions are kept; upstream removes those beyond {@code revisionHistoryLimit}.
 */
public final class TemplateHistory {
    private final KubernetesClient client;
    private final Informers.Cached<ControllerRevision> revisions;
    private final String hashLabel;

    /** @param hashLabel under which the template's hash is noted at the revision */
    public TemplateHistory(KubernetesClient client, Informers.Cached<ControllerRevision> revisions, String hashLabel) {
        this.client = client;
        this.revisions = revisions;
        this.hashLabel = hashLabel;
    }

    /** The revision of the present template, made now if there is none; an old one that is used again becomes the newest. */
    public ControllerRevision current(HasMetadata owner, PodTemplateSpec template, Map<String, String> labels) {
        String hash = TemplateHash.of(template, null);
        String name = owner.getMetadata().getName() + "-" + hash;
        List<ControllerRevision> history = revisions.ownedBy(owner.getMetadata().getUid());
        long highest = history.stream().mapToLong(r -> r.getRevision()).max().orElse(0);
        Optional<ControllerRevision> present = history.stream()
                .filter(r -> r.getMetadata().getName().equals(name))
                .max(Comparator.comparing(ControllerRevision::getRevision));
        if (present.isPresent()) {
            return present.get().getRevision() == highest
                    ? present.get()
                    : client.resource(new ControllerRevisionBuilder(present.get())
                                    .withRevision(highest + 1)
                                    .build())
                            .update();
        }
        ControllerRevision live = client.resources(ControllerRevision.class)
                .inNamespace(owner.getMetadata().getNamespace())
                .withName(name)
                .get();
        if (live != null && Ownership.isControlledBy(live, owner)) {
            return live; // made a moment ago; the cache did not show it yet
        }
        Map<String, String> all = new LinkedHashMap<>(labels);
        all.put(hashLabel, hash);
        return client.resource(new ControllerRevisionBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(owner.getMetadata().getNamespace())
                        .withLabels(all)
                        .withOwnerReferences(Ownership.controllerReference(owner))
                        .endMetadata()
                        .withData(Map.of("spec", Map.of("template", data(template))))
                        .withRevision(highest + 1)
                        .build())
                .create();
    }

    /** The template of an earlier revision; empty when it is not kept. */
    public Optional<PodTemplateSpec> template(String namespace, String revision) {
        return revisions.get(namespace, revision).map(r -> {
            Map<?, ?> data = Serialization.unmarshal(Serialization.asJson(r.getData()), Map.class);
            Map<?, ?> spec = (Map<?, ?>) Objects.requireNonNull(data.get("spec"));
            Map<?, ?> template = new LinkedHashMap<>((Map<?, ?>) Objects.requireNonNull(spec.get("template")));
            template.remove("$patch");
            return Serialization.unmarshal(Serialization.asJson(template), PodTemplateSpec.class);
        });
    }

    private static Map<String, Object> data(PodTemplateSpec template) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("$patch", "replace");
        Map<?, ?> fields = Serialization.unmarshal(Serialization.asJson(template), Map.class);
        fields.forEach((key, value) -> data.put((String) key, value));
        return data;
    }
}

package kubelab.controlplane.controllermanager.loop;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kubelab.controlplane.labels.LabelSelectors;

/**
 * Settles which objects an owner manages: it keeps what it manages and its selector matches, releases what the selector
 * no longer matches, adopts what matches and nobody manages. Never touches another's.
 *
 * <p>Source: {@code pkg/controller/controller_ref_manager.go}, 1.34.
 */
public final class PodAdoption {
    private final KubernetesClient client;

    public PodAdoption(KubernetesClient client) {
        this.client = client;
    }

    /** Of {@code candidates} (same namespace as the owner) those the owner manages after this call. */
    public <T extends HasMetadata> List<T> claim(HasMetadata owner, LabelSelector selector, List<T> candidates) {
        List<T> claimed = new ArrayList<>();
        boolean ownerGoes = owner.getMetadata().getDeletionTimestamp() != null;
        for (T candidate : candidates) {
            var controller = Ownership.controllerOf(candidate);
            if (controller.isPresent()
                    && !Objects.equals(
                            controller.get().getUid(), owner.getMetadata().getUid())) {
                continue; // another's
            }
            boolean matches =
                    LabelSelectors.match(selector, candidate.getMetadata().getLabels());
            if (controller.isPresent()) {
                if (matches) {
                    claimed.add(candidate);
                } else if (!ownerGoes) {
                    release(owner, candidate);
                }
            } else if (matches && !ownerGoes && candidate.getMetadata().getDeletionTimestamp() == null) {
                if (adopt(owner, candidate)) {
                    claimed.add(candidate);
                }
            }
        }
        return claimed;
    }

    private boolean adopt(HasMetadata owner, HasMetadata orphan) {
        List<OwnerReference> references = new ArrayList<>(orphan.getMetadata().getOwnerReferences());
        references.add(Ownership.controllerReference(owner));
        return write(orphan, references);
    }

    private void release(HasMetadata owner, HasMetadata dependent) {
        List<OwnerReference> references =
                new ArrayList<>(dependent.getMetadata().getOwnerReferences());
        references.removeIf(r -> Objects.equals(r.getUid(), owner.getMetadata().getUid()));
        write(dependent, references);
    }

    /** The uid in the patch is a precondition: a namesake that was born since must not be adopted. */
    private boolean write(HasMetadata object, List<OwnerReference> references) {
        String patch = Serialization.asJson(Map.of(
                "metadata",
                Map.of(
                        "ownerReferences",
                        references,
                        "uid",
                        object.getMetadata().getUid())));
        try {
            client.resource(object).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }
}

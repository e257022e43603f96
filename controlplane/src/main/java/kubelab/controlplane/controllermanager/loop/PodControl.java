package kubelab.controlplane.controllermanager.loop;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kubelab.controlplane.events.EventRecorder;

/** Creates and deletes Pods for an owner, and says so in Events on the owner. */
public final class PodControl {
    private final KubernetesClient client;
    private final EventRecorder events;

    public PodControl(KubernetesClient client, EventRecorder events) {
        this.client = client;
        this.events = events;
    }

    /** A Pod from a template, named after its owner plus five random characters, managed by it. */
    public static Pod fromTemplate(HasMetadata owner, PodTemplateSpec template) {
        var metadata = template.getMetadata();
        Map<String, String> labels = metadata == null ? null : metadata.getLabels();
        Map<String, String> annotations = metadata == null ? null : metadata.getAnnotations();
        List<String> finalizers = metadata == null ? null : metadata.getFinalizers();
        return new PodBuilder()
                .withNewMetadata()
                .withGenerateName(owner.getMetadata().getName() + "-")
                .withNamespace(owner.getMetadata().getNamespace())
                .withLabels(labels == null ? null : new LinkedHashMap<>(labels))
                .withAnnotations(annotations == null ? null : new LinkedHashMap<>(annotations))
                .withFinalizers(finalizers == null ? List.of() : new ArrayList<>(finalizers))
                .withOwnerReferences(Ownership.controllerReference(owner))
                .endMetadata()
                .withSpec(template.getSpec())
                .build();
    }

    /** Creates the Pod; an Event on the owner says which, or why not. */
    public Pod create(HasMetadata owner, Pod pod) {
        try {
            Pod created = client.resource(pod).create();
            events.normal(
                    owner,
                    "SuccessfulCreate",
                    "Created pod: " + created.getMetadata().getName());
            return created;
        } catch (KubernetesClientException e) {
            if (!isNamespaceTerminating(e)) {
                events.warning(owner, "FailedCreate", "Error creating: " + message(e));
            }
            throw e;
        }
    }

    /** Deletes the Pod; that it is already gone is as good. */
    public void delete(HasMetadata owner, Pod pod) {
        String name = pod.getMetadata().getName();
        try {
            client.pods()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .withName(name)
                    .delete();
            events.normal(owner, "SuccessfulDelete", "Deleted pod: " + name);
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return;
            }
            events.warning(owner, "FailedDelete", "Error deleting: " + message(e));
            throw e;
        }
    }

    /** Nothing can be created there any more, and nobody should hear about it. */
    public static boolean isNamespaceTerminating(KubernetesClientException e) {
        return e.getStatus() != null
                && e.getStatus().getDetails() != null
                && e.getStatus().getDetails().getCauses() != null
                && e.getStatus().getDetails().getCauses().stream()
                        .anyMatch(c -> "NamespaceTerminating".equals(c.getReason()));
    }

    /** The API server's own words where there are any. */
    public static String message(KubernetesClientException e) {
        if (e.getStatus() != null && e.getStatus().getMessage() != null) {
            return e.getStatus().getMessage();
        }
        return Objects.requireNonNullElse(e.getMessage(), e.toString());
    }
}

package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Objects;

/**
 * Makes and deletes mirror Pods: what the API server shows of a static Pod.
 *
 * <p>Source: k8s.io/kubernetes/pkg/kubelet/pod/mirror_client.go, release 1.34.
 */
final class MirrorPods {
    private MirrorPods() {}

    static boolean isMirror(Pod pod) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        return annotations != null && annotations.containsKey(StaticPods.MIRROR);
    }

    /** Whether the mirror shows this static Pod as it is now. */
    static boolean shows(Pod mirror, Pod staticPod) {
        return mirror.getMetadata().getDeletionTimestamp() == null
                && Objects.equals(
                        staticPod.getMetadata().getAnnotations().get(StaticPods.HASH),
                        mirror.getMetadata().getAnnotations().get(StaticPods.MIRROR));
    }

    /** @return the mirror as it is stored */
    static Pod create(KubernetesClient client, Pod staticPod, Node node) {
        return client.resource(new PodBuilder(staticPod)
                        .editMetadata()
                        .withUid(null)
                        .addToAnnotations(
                                StaticPods.MIRROR,
                                staticPod.getMetadata().getAnnotations().get(StaticPods.HASH))
                        .withOwnerReferences(new OwnerReferenceBuilder()
                                .withApiVersion("v1")
                                .withKind("Node")
                                .withName(node.getMetadata().getName())
                                .withUid(node.getMetadata().getUid())
                                .withController(true)
                                .build())
                        .endMetadata()
                        .build())
                .create();
    }

    /** At once, and only this very object. One that is gone is no error. */
    static void delete(KubernetesClient client, Pod mirror) {
        String uri = "/api/v1/namespaces/" + mirror.getMetadata().getNamespace() + "/pods/"
                + mirror.getMetadata().getName();
        String options = "{\"apiVersion\":\"v1\",\"kind\":\"DeleteOptions\",\"gracePeriodSeconds\":0,"
                + "\"preconditions\":{\"uid\":\"" + mirror.getMetadata().getUid() + "\"}}";
        try {
            client.raw(uri, "DELETE", options);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND && e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }
}

package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a Pod's status to the API server: a strategic merge patch whenever it differs from what was written last, and
 * the deletion at the very end. Tries again while the API server does not answer.
 *
 * <p>Source: k8s.io/kubernetes/pkg/kubelet/status, release 1.34. Simplified: a status that another client has changed
 * is written again at once; upstream's kubelet compares every ten seconds.
 */
final class PodStatusWriter {
    private static final Logger LOG = LoggerFactory.getLogger(PodStatusWriter.class);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final KubeletContext kubelet;
    private final PodStatusBuilder builder;
    private String written = "";
    private long writtenVersion;
    private boolean deleted;

    PodStatusWriter(KubeletContext kubelet) {
        this.kubelet = kubelet;
        this.builder = new PodStatusBuilder(kubelet);
    }

    /** Writes again even if nothing has changed. */
    void forget() {
        written = "";
    }

    /**
     * The API object has changed. What somebody else wrote over the kubelet's word is written again: the node lifecycle
     * controller says of the Pods of a silent node that they are not ready, and nobody but the kubelet can take that
     * back.
     *
     * <p>Source: needsReconcile of pkg/kubelet/status.
     */
    void seen(Pod changed) {
        // Changes from before the last write arrive late: they are what that write has replaced.
        if (!written.isEmpty()
                && Long.parseLong(changed.getMetadata().getResourceVersion()) > writtenVersion
                && builder.contradicts(changed)) {
            forget();
        }
    }

    void write(PodWorker worker) {
        Pod pod = worker.object();
        if (pod == null) {
            return; // a static Pod without a mirror
        }
        String status = builder.patch(worker, pod.getMetadata().getUid());
        if (status.equals(written)) {
            return;
        }
        if (!kubelet.online()) {
            worker.wake(RETRY);
            return;
        }
        try {
            writtenVersion = StatusPatch.send(kubelet.client(), path(pod) + "/status", status);
            written = status;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND || e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                // Gone, or another Pod by that name: the watch will tell.
                written = status;
                return;
            }
            LOG.debug("status of {} not written", worker.formatted(), e);
            worker.wake(RETRY);
        }
    }

    void delete(PodWorker worker) {
        if (deleted) {
            return;
        }
        if (!kubelet.online()) {
            worker.wake(RETRY);
            return;
        }
        Pod pod = worker.pod();
        String uri = "/" + path(pod);
        String options = "{\"apiVersion\":\"v1\",\"kind\":\"DeleteOptions\",\"gracePeriodSeconds\":0,"
                + "\"preconditions\":{\"uid\":\"" + worker.uid() + "\"}}";
        try {
            kubelet.client().raw(uri, "DELETE", options);
            deleted = true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND || e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                deleted = true;
                return;
            }
            LOG.debug("{} not deleted", worker.formatted(), e);
            worker.wake(RETRY);
        }
    }

    private static String path(Pod pod) {
        return "api/v1/namespaces/" + pod.getMetadata().getNamespace() + "/pods/"
                + pod.getMetadata().getName();
    }
}

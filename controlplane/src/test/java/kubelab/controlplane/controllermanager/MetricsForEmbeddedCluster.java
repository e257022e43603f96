package kubelab.controlplane.controllermanager;

import kubelab.controlplane.apiserver.ApiServer;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.verb.RequestContext;

/** Serves {@link GivenMetrics} in place of the metrics server of an embedded cluster, which is part of its API server. */
final class MetricsForEmbeddedCluster {
    private final GivenMetrics metrics;
    private final ApiServer server;

    /** Until {@link #register}, the cluster is one without a metrics server. */
    MetricsForEmbeddedCluster(GivenMetrics metrics, ApiServer server) {
        this.metrics = metrics;
        this.server = server;
        server.handle("metrics.k8s.io", "pods", "", call -> ApiResponse.text(404, "404 page not found\n"));
    }

    void register() {
        server.handle("metrics.k8s.io", "pods", "", this::answer);
    }

    private ApiResponse answer(RequestContext call) {
        return metrics.answer(call.request().path(), call.request().param("labelSelector"))
                .map(list -> (ApiResponse) ApiResponse.json(200, list))
                .orElseGet(() -> ApiResponse.text(404, "404 page not found\n"));
    }
}

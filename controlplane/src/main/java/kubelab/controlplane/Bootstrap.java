package kubelab.controlplane;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.apiserver.ApiServer;
import kubelab.controlplane.apiserver.discovery.GroupOrder;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.authorization.BootstrapPolicy;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is in a cluster before anybody comes; names, labels and addresses as k3s has them. Plain JSON, not typed models:
 * teaching the client those would cost more time than everything else here.
 */
final class Bootstrap {
    private static final User SELF = User.of("system:apiserver", User.MASTERS);

    /** Half a minute, as upstream's post-start hooks try. */
    private static final int TRIES = 300;

    private static final String PATH_APISERVICES = "/apis/apiregistration.k8s.io/v1/apiservices";

    private final ApiServer server;
    private final Clock clock;
    /** Cluster time, as it is written in objects. */
    private final String now;

    Bootstrap(ApiServer server, Clock clock) {
        this.server = server;
        this.clock = clock;
        this.now = clock.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Without these nothing else can be created. */
    void namespaces() {
        for (String name : List.of("kube-system", "kube-public", "kube-node-lease", "default")) {
            create("/api/v1/namespaces", "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'" + name + "'}}");
        }
    }

    /** @param serverIp address of the node that the API server runs on */
    void objects(String serverIp) {
        priorityClass(
                "system-cluster-critical",
                2_000_000_000,
                "Used for system critical pods that must run in the cluster, but can be moved to another node if"
                        + " necessary.");
        priorityClass(
                "system-node-critical",
                2_000_001_000,
                "Used for system critical pods that must not be moved from their current node.");
        create(
                "/apis/storage.k8s.io/v1/storageclasses",
                "{'apiVersion':'storage.k8s.io/v1','kind':'StorageClass','metadata':{'name':'local-path','annotations':"
                        + "{'defaultVolumeType':'local','storageclass.kubernetes.io/is-default-class':'true'}},'provisioner':'rancher.io/local-path',"
                        + "'volumeBindingMode':'WaitForFirstConsumer'}");
        create(
                "/api/v1/namespaces/default/services",
                "{'apiVersion':'v1','kind':'Service','metadata':{'name':'kubernetes','labels':"
                        + "{'component':'apiserver','provider':'kubernetes'}},'spec':{'clusterIP':'10.43.0.1',"
                        + "'ports':[{'name':'https','protocol':'TCP','port':443,'targetPort':6443}]}}");
        create(
                "/api/v1/namespaces/default/endpoints",
                "{'apiVersion':'v1','kind':'Endpoints','metadata':{'name':'kubernetes','labels':"
                        + "{'endpointslice.kubernetes.io/skip-mirror':'true'}},'subsets':[{'addresses':[{'ip':'"
                        + serverIp + "'}],'ports':[{'name':'https','port':6443,'protocol':'TCP'}]}]}");
        create(
                "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices",
                "{'apiVersion':'discovery.k8s.io/v1','kind':'EndpointSlice','metadata':{'name':'kubernetes','labels':"
                        + "{'kubernetes.io/service-name':'kubernetes'}},'addressType':'IPv4','endpoints':[{'addresses':['"
                        + serverIp
                        + "'],'conditions':{'ready':true}}],'ports':[{'name':'https','port':6443,'protocol':'TCP'}]}");
        create(
                "/api/v1/namespaces/kube-system/services",
                "{'apiVersion':'v1','kind':'Service','metadata':{'name':'kube-dns','labels':{'k8s-app':'kube-dns',"
                        + "'kubernetes.io/cluster-service':'true','kubernetes.io/name':'CoreDNS'}},'spec':{"
                        + "'clusterIP':'10.43.0.10','selector':{'k8s-app':'kube-dns'},'ports':["
                        + "{'name':'dns','protocol':'UDP','port':53,'targetPort':53},"
                        + "{'name':'dns-tcp','protocol':'TCP','port':53,'targetPort':53},"
                        + "{'name':'metrics','protocol':'TCP','port':9153,'targetPort':9153}]}}");
    }

    /** The standard roles and bindings. Until they are stored the authorizer holds them from memory. */
    void policy() {
        // roles that are made of others come last, so that they are put together once
        List<ObjectNode> partsFirst = new ArrayList<>(BootstrapPolicy.objects());
        partsFirst.sort(Comparator.comparing(object -> object.has("aggregationRule")));
        for (ObjectNode object : partsFirst) {
            String namespace = Json.string(object, "metadata", "namespace");
            String plural = Json.string(object, "kind").toLowerCase(Locale.ROOT) + "s";
            post(
                    "/apis/rbac.authorization.k8s.io/v1/" + (namespace.isEmpty() ? "" : "namespaces/" + namespace + "/")
                            + plural,
                    object);
        }
    }

    /** One a group and version, as the aggregation layer lists them: its own ones, and the metrics server's. */
    void apiServices() {
        Set<String> done = new HashSet<>();
        for (Resource row : server.registry().all()) {
            if (!row.isCustom() && !row.group().equals("apiregistration.k8s.io") && done.add(row.apiVersion())) {
                apiService(row.group(), row.version());
            }
        }
    }

    private void apiService(String group, String version) {
        boolean local = !group.equals("metrics.k8s.io");
        String name = version + "." + group;
        int minimum = GroupOrder.priority(group);
        int priority = !local ? 100 : group.isEmpty() ? 1 : version.equals("v2") ? 30 : 15;
        create(
                PATH_APISERVICES,
                "{'apiVersion':'apiregistration.k8s.io/v1','kind':'APIService','metadata':{'name':'" + name
                        + "','labels':{"
                        + (local
                                ? "'kube-aggregator.kubernetes.io/automanaged':'onstart'"
                                : "'k8s-app':'metrics-server'")
                        + "}},'spec':{" + (group.isEmpty() ? "" : "'group':'" + group + "',")
                        + "'groupPriorityMinimum':" + minimum + ",'version':'" + version + "','versionPriority':"
                        + priority
                        + (local
                                ? ""
                                : ",'insecureSkipTLSVerify':true,'service':{'name':'metrics-server',"
                                        + "'namespace':'kube-system','port':443}")
                        + "}}");
        if (!local) {
            send(
                    "PATCH",
                    PATH_APISERVICES + "/" + name + "/status",
                    Json.parseObject(("{'status':{'conditions':[{'type':'Available','status':'True','reason':'Passed',"
                                    + "'message':'all checks passed','lastTransitionTime':'" + now + "'}]}}")
                            .replace('\'', '"')));
        }
    }

    /** By which address the API server reaches the loopback of this machine. kubelab.labkit.ExposedPort reads it. */
    void host(String address) {
        create(
                "/api/v1/namespaces/kube-public/configmaps",
                "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'kubelab-host'},'data':{'address':'" + address
                        + "','loopback':'true'}}");
    }

    /**
     * By what servers of aggregated APIs know clients, and this API server as their proxy.
     *
     * @param clientAuthority PEM
     * @param proxyAuthority PEM
     */
    void authentication(String clientAuthority, String proxyAuthority) {
        ObjectNode map = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
        map.putObject("metadata")
                .put("name", "extension-apiserver-authentication")
                .put("namespace", "kube-system");
        map.putObject("data")
                .put("client-ca-file", clientAuthority)
                .put("requestheader-allowed-names", "[\"" + FrontProxy.NAME + "\"]")
                .put("requestheader-client-ca-file", proxyAuthority)
                .put("requestheader-extra-headers-prefix", "[\"X-Remote-Extra-\"]")
                .put("requestheader-group-headers", "[\"X-Remote-Group\"]")
                .put("requestheader-username-headers", "[\"X-Remote-User\"]");
        post("/api/v1/namespaces/kube-system/configmaps", map);
    }

    private void priorityClass(String name, int value, String description) {
        create(
                "/apis/scheduling.k8s.io/v1/priorityclasses",
                "{'apiVersion':'scheduling.k8s.io/v1','kind':'PriorityClass','metadata':{'name':'" + name
                        + "'},'value':" + value + ",'description':'" + description + "'}");
    }

    private void create(String path, String json) {
        post(path, Json.parseObject(json.replace('\'', '"')));
    }

    private void post(String path, ObjectNode object) {
        send("POST", path, object);
    }

    private void send(String method, String path, ObjectNode object) {
        Map<String, List<String>> headers =
                method.equals("PATCH") ? Map.of("content-type", List.of("application/merge-patch+json")) : Map.of();
        ApiRequest request = ApiRequest.of(method, path, headers, Json.bytes(object), false, SELF);
        ApiResponse response = server.handle(request);
        for (int i = 0; i < TRIES && (response.code() == 429 || response.code() >= 500); i++) {
            pause();
            response = server.handle(request);
        }
        if (response.code() >= 300 && response.code() != 409 && response instanceof ApiResponse.Full full) {
            throw new IllegalStateException(
                    "cannot write " + path + ": " + Json.string(Json.parseObject(full.body()), "message"));
        }
    }

    private void pause() {
        try {
            clock.sleep(Duration.ofMillis(100));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("the cluster was closed, or its start interrupted");
        }
    }
}

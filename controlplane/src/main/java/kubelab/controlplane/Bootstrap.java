package kubelab.controlplane;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import kubelab.controlplane.apiserver.ApiRequest;
import kubelab.controlplane.apiserver.ApiResponse;
import kubelab.controlplane.apiserver.ApiServer;
import kubelab.controlplane.apiserver.Json;
import kubelab.controlplane.apiserver.User;
import kubelab.controlplane.authorization.BootstrapPolicy;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is in a cluster before anybody comes; names, labels and addresses as k3s has them. Plain JSON, not typed models:
 * teaching the client those would cost more time than everything else here.
 */
final class Bootstrap {
    private static final User SELF = User.of("system:apiserver", User.MASTERS);

    private final ApiServer server;

    Bootstrap(ApiServer server) {
        this.server = server;
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
                        + "{'storageclass.kubernetes.io/is-default-class':'true'}},'provisioner':'rancher.io/local-path',"
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
        for (ObjectNode object : BootstrapPolicy.objects()) {
            String namespace = Json.string(object, "metadata", "namespace");
            String plural = Json.string(object, "kind").toLowerCase(Locale.ROOT) + "s";
            post(
                    "/apis/rbac.authorization.k8s.io/v1/" + (namespace.isEmpty() ? "" : "namespaces/" + namespace + "/")
                            + plural,
                    object);
        }
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
        ApiResponse response = server.handle(ApiRequest.of("POST", path, Map.of(), Json.bytes(object), false, SELF));
        if (response.code() >= 300 && response.code() != 409 && response instanceof ApiResponse.Full full) {
            throw new IllegalStateException(
                    "cannot create " + path + ": " + Json.string(Json.parseObject(full.body()), "message"));
        }
    }
}

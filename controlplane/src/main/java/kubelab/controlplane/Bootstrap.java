package kubelab.controlplane;

import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClassBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kubelab.controlplane.apiserver.ApiRequest;
import kubelab.controlplane.apiserver.ApiServer;
import kubelab.controlplane.apiserver.Json;
import kubelab.controlplane.apiserver.User;
import kubelab.controlplane.authorization.BootstrapPolicy;
import tools.jackson.databind.node.ObjectNode;

/** What is in a cluster before anybody comes; names, labels and addresses as k3s has them. */
final class Bootstrap {
    static final String API_SERVER_SERVICE_IP = "10.43.0.1";
    static final String DNS_SERVICE_IP = "10.43.0.10";
    static final int API_SERVER_PORT = 6443;

    private Bootstrap() {}

    /** Without these nothing else can be created. */
    static void namespaces(KubernetesClient client) {
        for (String name : List.of("kube-system", "kube-public", "kube-node-lease", "default")) {
            client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .endMetadata()
                            .build())
                    .create();
        }
    }

    /** @param serverIp address of the node that the API server runs on */
    static void objects(KubernetesClient client, String serverIp) {
        List<HasMetadata> objects = new ArrayList<>();
        objects.add(
                priorityClass(
                        "system-cluster-critical",
                        2_000_000_000,
                        "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."));
        objects.add(priorityClass(
                "system-node-critical",
                2_000_001_000,
                "Used for system critical pods that must not be moved from their current node."));
        objects.add(new StorageClassBuilder()
                .withNewMetadata()
                .withName("local-path")
                .addToAnnotations("storageclass.kubernetes.io/is-default-class", "true")
                .endMetadata()
                .withProvisioner("rancher.io/local-path")
                .withVolumeBindingMode("WaitForFirstConsumer")
                .build());
        objects.addAll(apiServer(serverIp));
        objects.add(dns());
        objects.forEach(o -> client.resource(o).create());
    }

    /** The standard roles and bindings. Until they are stored the authorizer holds them from memory. */
    static void policy(ApiServer server) {
        User self = User.of("system:apiserver", User.MASTERS);
        for (ObjectNode object : BootstrapPolicy.objects()) {
            String namespace = Json.string(object, "metadata", "namespace");
            String plural = Json.string(object, "kind").toLowerCase(Locale.ROOT) + "s";
            String path = "/apis/rbac.authorization.k8s.io/v1/"
                    + (namespace.isEmpty() ? "" : "namespaces/" + namespace + "/") + plural;
            server.handle(ApiRequest.of("POST", path, Map.of(), Json.bytes(object), false, self));
        }
    }

    private static HasMetadata priorityClass(String name, int value, String description) {
        return new PriorityClassBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withValue(value)
                .withDescription(description)
                .build();
    }

    private static List<HasMetadata> apiServer(String serverIp) {
        return List.of(
                new ServiceBuilder()
                        .withNewMetadata()
                        .withName("kubernetes")
                        .withNamespace("default")
                        .addToLabels("component", "apiserver")
                        .addToLabels("provider", "kubernetes")
                        .endMetadata()
                        .withNewSpec()
                        .withClusterIP(API_SERVER_SERVICE_IP)
                        .addToPorts(port("https", "TCP", 443, API_SERVER_PORT))
                        .endSpec()
                        .build(),
                new EndpointsBuilder()
                        .withNewMetadata()
                        .withName("kubernetes")
                        .withNamespace("default")
                        .addToLabels("endpointslice.kubernetes.io/skip-mirror", "true")
                        .endMetadata()
                        .addNewSubset()
                        .addNewAddress()
                        .withIp(serverIp)
                        .endAddress()
                        .addNewPort()
                        .withName("https")
                        .withPort(API_SERVER_PORT)
                        .endPort()
                        .endSubset()
                        .build(),
                new EndpointSliceBuilder()
                        .withNewMetadata()
                        .withName("kubernetes")
                        .withNamespace("default")
                        .addToLabels("kubernetes.io/service-name", "kubernetes")
                        .endMetadata()
                        .withAddressType("IPv4")
                        .addNewEndpoint()
                        .withAddresses(serverIp)
                        .withNewConditions()
                        .withReady(true)
                        .endConditions()
                        .endEndpoint()
                        .addNewPort()
                        .withName("https")
                        .withPort(API_SERVER_PORT)
                        .withProtocol("TCP")
                        .endPort()
                        .build());
    }

    private static HasMetadata dns() {
        return new ServiceBuilder()
                .withNewMetadata()
                .withName("kube-dns")
                .withNamespace("kube-system")
                .addToLabels("k8s-app", "kube-dns")
                .addToLabels("kubernetes.io/cluster-service", "true")
                .addToLabels("kubernetes.io/name", "CoreDNS")
                .endMetadata()
                .withNewSpec()
                .withClusterIP(DNS_SERVICE_IP)
                .addToSelector("k8s-app", "kube-dns")
                .addToPorts(
                        port("dns", "UDP", 53, 53), port("dns-tcp", "TCP", 53, 53), port("metrics", "TCP", 9153, 9153))
                .endSpec()
                .build();
    }

    private static io.fabric8.kubernetes.api.model.ServicePort port(
            String name, String protocol, int port, int target) {
        return new ServicePortBuilder()
                .withName(name)
                .withProtocol(protocol)
                .withPort(port)
                .withNewTargetPort(target)
                .build();
    }
}

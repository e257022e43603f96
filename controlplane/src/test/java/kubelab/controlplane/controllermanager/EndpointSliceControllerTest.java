package kubelab.controlplane.controllermanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointHints;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndpointSliceControllerTest extends OnHollowNodes {

    @Test
    void the_pods_behind_a_service_are_listed_and_leave_with_their_labels() {
        create(Serialization.unmarshal(
                "--- {apiVersion: v1, kind: Service, metadata: {name: web, labels: {a: b}}, spec: "
                        + "{selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}}"));
        until(() -> slices().size() == 1);
        EndpointSlice empty = slices().get(0);
        assertThat(empty.getMetadata().getName()).startsWith("web-");
        assertThat(empty.getMetadata().getLabels())
                .containsEntry("kubernetes.io/service-name", "web")
                .containsEntry("endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io")
                .containsEntry("a", "b");

        create(pod("one"));
        create(pod("two"));
        until(() -> slices().size() == 1
                && slices().get(0).getEndpoints() != null
                && slices().get(0).getEndpoints().size() == 2
                && slices().get(0).getEndpoints().stream()
                        .allMatch(e -> e.getConditions().getReady()));
        EndpointSlice full = slices().get(0);
        assertThat(full.getPorts()).singleElement().satisfies(p -> {
            assertThat(p.getName()).isEqualTo("http");
            assertThat(p.getPort()).isEqualTo(8080);
        });
        assertThat(full.getEndpoints()).allSatisfy(e -> {
            assertThat(e.getConditions().getServing()).isTrue();
            assertThat(e.getConditions().getTerminating()).isFalse();
            assertThat(e.getTargetRef().getKind()).isEqualTo("Pod");
            assertThat(e.getNodeName()).isNotEmpty();
        });
        until(() -> {
            Endpoints endpoints =
                    client.endpoints().inNamespace(namespace).withName("web").get();
            return endpoints.getSubsets().size() == 1
                    && endpoints.getSubsets().get(0).getAddresses().size() == 2;
        });

        change(client.pods().inNamespace(namespace).withName("one"), p -> {
            p.getMetadata().getLabels().put("app", "other");
        });
        until(() -> slices().get(0).getEndpoints().size() == 1);
        client.services().inNamespace(namespace).withName("web").delete();
        until(() -> slices().isEmpty()
                && client.endpoints().inNamespace(namespace).withName("web").get() == null);
    }

    /** Real: they stay, and what the Endpoints say is copied into one more. */
    @Test
    void a_service_that_loses_its_selector_keeps_its_slices() {
        create(Serialization.unmarshal("--- {apiVersion: v1, kind: Service, metadata: {name: left}, spec: "
                + "{selector: {app: web}, ports: [{port: 80}]}}"));
        create(pod("one"));
        until(() -> slices().size() == 1
                && slices().get(0).getEndpoints() != null
                && !slices().get(0).getEndpoints().isEmpty()
                && !client.endpoints()
                        .inNamespace(namespace)
                        .withName("left")
                        .get()
                        .getSubsets()
                        .isEmpty());
        EndpointSlice before = slices().get(0);
        change(client.services().inNamespace(namespace).withName("left"), s -> {
            s.getSpec().setSelector(null);
        });
        until(() -> slices().size() == 2);
        client.pods().inNamespace(namespace).withName("one").delete();
        await().during(Duration.ofMillis(500)).atMost(Duration.ofSeconds(5)).until(() -> slices().size() == 2);
        assertThat(slices()).allSatisfy(s -> assertThat(s.getEndpoints().get(0).getAddresses())
                .isEqualTo(before.getEndpoints().get(0).getAddresses()));
        assertThat(slices()).anySatisfy(s -> {
            assertThat(s.getMetadata().getName()).isEqualTo(before.getMetadata().getName());
            assertThat(s.getMetadata().getResourceVersion())
                    .isEqualTo(before.getMetadata().getResourceVersion());
        });
    }

    @Test
    void hints_follow_the_traffic_distribution() {
        for (String name : List.of("n1", "n2")) {
            client.nodes().withName(name).edit(n -> n.edit()
                    .editMetadata()
                    .addToLabels("topology.kubernetes.io/zone", "zone-" + name)
                    .endMetadata()
                    .build());
        }
        create(Serialization.unmarshal("--- {apiVersion: v1, kind: Service, metadata: {name: near}, spec: "
                + "{selector: {app: web}, trafficDistribution: PreferSameNode, ports: [{port: 80}]}}"));
        Pod pinned = pod("pinned");
        pinned.getSpec().setNodeName("n1");
        create(pinned);
        until(() -> "{n1}{zone-n1}".equals(hints()));
        for (String distribution : List.of("PreferClose", "PreferSameZone")) {
            change(client.services().inNamespace(namespace).withName("near"), s -> {
                s.getSpec().setTrafficDistribution(distribution);
            });
            until(() -> "{zone-n1}".equals(hints()));
        }
        change(client.services().inNamespace(namespace).withName("near"), s -> {
            s.getSpec().setTrafficDistribution(null);
        });
        until(() -> "none".equals(hints()));
    }

    /** Of the one endpoint: its nodes and its zones, each in braces. */
    private String hints() {
        List<Endpoint> endpoints = slices().isEmpty() ? null : slices().get(0).getEndpoints();
        if (endpoints == null || endpoints.isEmpty()) {
            return "";
        }
        EndpointHints hints = endpoints.get(0).getHints();
        if (hints == null) {
            return "none";
        }
        StringBuilder text = new StringBuilder();
        hints.getForNodes()
                .forEach(node -> text.append('{').append(node.getName()).append('}'));
        hints.getForZones()
                .forEach(zone -> text.append('{').append(zone.getName()).append('}'));
        return text.toString();
    }

    private static Pod pod(String name) {
        return Serialization.unmarshal(
                "--- {apiVersion: v1, kind: Pod, metadata: {name: " + name
                        + ", labels: {app: web}}, spec: {containers: [{name: c, image: x}]}}",
                Pod.class);
    }

    private List<EndpointSlice> slices() {
        return client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(namespace)
                .list()
                .getItems();
    }
}

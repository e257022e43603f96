package kubelab.controlplane.controllermanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.Serialization;
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

        client.pods().inNamespace(namespace).withName("one").edit(p -> {
            p.getMetadata().getLabels().put("app", "other");
            return p;
        });
        until(() -> slices().get(0).getEndpoints().size() == 1);
        client.services().inNamespace(namespace).withName("web").delete();
        until(() -> slices().isEmpty()
                && client.endpoints().inNamespace(namespace).withName("web").get() == null);
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

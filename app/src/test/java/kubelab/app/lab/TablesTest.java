package kubelab.app.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import kubelab.labkit.ClusterView;
import kubelab.labkit.Evidence;
import org.junit.jupiter.api.Test;
import org.xmlunit.assertj3.XmlAssert;

class TablesTest {
    private static final String EVIL = "<script>alert('x')</script>\"";

    @Test
    void pods_look_as_kubectl_prints_them() {
        Tables.Picture picture = Tables.of(List.of(pod("web", "Running", true), pod("db", "Running", false)));
        assertThat(picture.text())
                .containsPattern("NAME +READY +STATUS +RESTARTS +AGE +IP +NODE")
                .containsPattern("web +1/1 +Running +0 +\\d+[smhd] +10\\.42\\.0\\.5 +server")
                .containsPattern("db +0/1 +CrashLoopBackOff +0 ");
        assertThat(picture.html()).contains("<th>READY</th>", "<td>CrashLoopBackOff</td>");
    }

    @Test
    void each_kind_has_a_table_of_its_own_and_namespaces_are_said_when_there_are_several() {
        HasMetadata other = new ConfigMapBuilder()
                .withNewMetadata()
                .withName("settings")
                .withNamespace("other")
                .withCreationTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .addToData("a", "b")
                .build();
        String text = Tables.of(List.of(pod("web", "Running", true), service(), other))
                .text();
        assertThat(text)
                .containsPattern("web +1/1")
                .containsPattern("NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\\(S\\) +AGE +SELECTOR")
                .containsPattern("settings +1 ")
                .doesNotContain("NAMESPACE");
        assertThat(Tables.of(List.of(pod("web", "Running", true), inOtherNamespace()))
                        .text())
                .containsPattern("NAMESPACE +NAME");
        assertThat(Tables.of(List.of()).text()).isEqualTo("(nothing)");
    }

    @Test
    void what_a_cluster_or_an_answer_says_is_never_markup() {
        record Row(String name) {}
        for (Object value : List.of(
                EVIL,
                List.of(EVIL),
                Map.of(EVIL, EVIL),
                new Row(EVIL),
                Evidence.of(false, EVIL, EVIL, EVIL),
                pod("web", EVIL, true),
                new ClusterView(EVIL, List.of(node(EVIL)), List.of(pod("web", EVIL, true)), List.of(), List.of()))) {
            String html = Tables.of(value).html();
            assertThat(html).as("%s", value).doesNotContain("<script").contains("&lt;script&gt;");
        }
    }

    @Test
    void the_clusters_picture_has_nodes_pods_and_a_line_from_a_service_to_each_endpoint() {
        Pod web = pod("web", "Running", true);
        Pod system = inOtherNamespace();
        ClusterView view = new ClusterView(
                "mine", List.of(node("server")), List.of(web, system), List.of(service()), List.of(slice()));
        Tables.Picture picture = Tables.of(view);
        assertThat(picture.text())
                .contains(
                        "Node server · Ready",
                        "web   Running  1/1",
                        "+ 1 of other",
                        "Service web",
                        "→ web, gone (not ready)");
        String svg = picture.html()
                .substring(picture.html().indexOf("<svg"), picture.html().indexOf("</svg>") + 6);
        XmlAssert.assertThat(svg).valueByXPath("count(//path)").isEqualTo(1);
        assertThat(svg).contains("web: Running  1/1").doesNotContain("<script", "href", "url(");
    }

    private static Pod pod(String name, String phase, boolean ready) {
        String waiting = ready ? "running: {}" : "waiting: {reason: CrashLoopBackOff}";
        Pod pod = Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: mine, creationTimestamp: "2026-01-01T00:00:00Z"}
                spec: {nodeName: server, containers: [{name: main}]}
                status:
                  podIP: 10.42.0.5
                  podIPs: [{ip: 10.42.0.5}]
                  conditions: [{type: Ready, status: "True"}]
                  containerStatuses: [{name: main, ready: %s, restartCount: 0, state: {%s}}]
                """.formatted(name, ready, waiting), Pod.class);
        pod.getStatus().setPhase(phase);
        return pod;
    }

    private static Pod inOtherNamespace() {
        Pod pod = pod("dns", "Running", true);
        pod.getMetadata().setNamespace("other");
        return pod;
    }

    private static Node node(String name) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .withCreationTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .withNewStatus()
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build();
    }

    private static Service service() {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: Service
                metadata: {name: web, namespace: mine, creationTimestamp: "2026-01-01T00:00:00Z"}
                spec: {type: ClusterIP, clusterIP: 10.43.0.9, selector: {app: web}, ports: [{port: 80, protocol: TCP}]}
                """, Service.class);
    }

    private static EndpointSlice slice() {
        return Serialization.unmarshal("""
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: web-1, namespace: mine, labels: {kubernetes.io/service-name: web}}
                addressType: IPv4
                endpoints:
                - {addresses: [10.42.0.5], conditions: {ready: true}, targetRef: {kind: Pod, name: web}}
                - {addresses: [10.42.0.6], conditions: {ready: false}, targetRef: {kind: Pod, name: gone}}
                """, EndpointSlice.class);
    }
}

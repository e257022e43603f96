package kubelab.controlplane.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.Random;
import kubelab.containers.clock.ClusterClock;
import kubelab.controlplane.apiserver.ApiServer;
import kubelab.controlplane.apiserver.User;
import kubelab.controlplane.transport.InProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Refusals in the words of Kubernetes 1.34.4, asked through the API server. */
class AdmissionPluginsTest {
    private final ClusterClock clock = new ClusterClock();
    private ApiServer server;
    private InProcess transport;
    private KubernetesClient client;

    @BeforeEach
    void start() {
        server = ApiServer.builder(clock)
                .admission(reader -> AdmissionPlugins.standard(reader, clock, new Random(1)))
                .build();
        transport = new InProcess(server);
        client = transport.clientFor(User.of("admin", User.MASTERS));
        create("{apiVersion: v1, kind: Namespace, metadata: {name: lab}}");
        create("{apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: lab}}");
    }

    @AfterEach
    void stop() {
        client.close();
        transport.close();
        server.close();
        clock.close();
    }

    @Test
    void a_pod_gets_what_its_runtime_class_says() {
        create("{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: slow}, handler: slow,"
                + " overhead: {podFixed: {cpu: 10m}},"
                + " scheduling: {nodeSelector: {runtime: slow}, tolerations: [{key: slow, operator: Exists}]}}");
        Pod pod = (Pod) create(pod("p", "runtimeClassName: slow", ""));
        assertThat(pod.getSpec().getOverhead().get("cpu")).hasToString("10m");
        assertThat(pod.getSpec().getNodeSelector()).containsExactlyEntriesOf(Map.of("runtime", "slow"));
        assertThat(pod.getSpec().getTolerations()).extracting("key").contains("slow");
        assertThatThrownBy(() -> create(pod("q", "runtimeClassName: slow, nodeSelector: {runtime: fast}", "")))
                .hasMessageContaining("conflict: runtimeClass.scheduling.nodeSelector[runtime] = slow;"
                        + " pod.spec.nodeSelector[runtime] = fast");
        assertThatThrownBy(() -> create(pod("r", "runtimeClassName: none", "")))
                .hasMessageContaining("pod rejected: RuntimeClass \"none\" not found");
        assertThatThrownBy(() -> create(pod("s", "overhead: {cpu: 1}", "")))
                .hasMessageContaining(
                        "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
    }

    @Test
    void a_pod_gets_account_token_priority_and_tolerations() {
        Pod pod = (Pod) create(pod("p", "", ""));
        assertThat(pod.getSpec().getServiceAccountName()).isEqualTo("default");
        assertThat(pod.getSpec().getPriority()).isZero();
        assertThat(pod.getSpec().getPreemptionPolicy()).isEqualTo("PreemptLowerPriority");
        assertThat(pod.getSpec().getTolerations())
                .extracting(t ->
                        t.getKey() + ":" + t.getEffect() + " " + t.getOperator() + " for " + t.getTolerationSeconds())
                .containsExactly(
                        "node.kubernetes.io/not-ready:NoExecute Exists for 300",
                        "node.kubernetes.io/unreachable:NoExecute Exists for 300");
        var mount = pod.getSpec().getContainers().get(0).getVolumeMounts().get(0);
        assertThat(mount.getName()).matches("kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}");
        assertThat(mount.getMountPath()).isEqualTo("/var/run/secrets/kubernetes.io/serviceaccount");
        var volume = pod.getSpec().getVolumes().get(0);
        assertThat(volume.getName()).isEqualTo(mount.getName());
        assertThat(volume.getProjected().getSources()).hasSize(3);
        assertThat(volume.getProjected()
                        .getSources()
                        .get(0)
                        .getServiceAccountToken()
                        .getExpirationSeconds())
                .isEqualTo(3607);
    }

    @Test
    void an_account_that_is_not_there() {
        refused(
                pod("p", "serviceAccountName: nope", ""),
                "pods \"p\" is forbidden: error looking up service account lab/nope: serviceaccount \"nope\" not found");
    }

    @Test
    void no_token_where_none_is_wanted() {
        Pod pod = (Pod) create(pod("p", "automountServiceAccountToken: false", ""));
        assertThat(pod.getSpec().getVolumes()).isEmpty();
    }

    @Test
    void a_priority_class_that_is_not_there() {
        refused(
                pod("p", "priorityClassName: nope", ""),
                "pods \"p\" is forbidden: no PriorityClass with name nope was found");
        Pod critical = (Pod) create(pod("q", "priorityClassName: system-node-critical", ""));
        assertThat(critical.getSpec().getPriority()).isEqualTo(2_000_001_000);
    }

    @Test
    void pod_security_enforces_the_namespaces_level() {
        create("{apiVersion: v1, kind: Namespace, metadata: {name: strict, labels: "
                + "{pod-security.kubernetes.io/enforce: restricted}}}");
        create("{apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: strict}}");
        refused(
                pod("p", "", "").replace("namespace: lab", "namespace: strict"),
                "pods \"p\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false"
                        + " (container \"c\" must set securityContext.allowPrivilegeEscalation=false), unrestricted"
                        + " capabilities (container \"c\" must set securityContext.capabilities.drop=[\"ALL\"]),"
                        + " runAsNonRoot != true (pod or container \"c\" must set securityContext.runAsNonRoot=true),"
                        + " seccompProfile (pod or container \"c\" must set securityContext.seccompProfile.type to"
                        + " \"RuntimeDefault\" or \"Localhost\")");
        create(pod(
                        "ok",
                        "securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}",
                        "securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}")
                .replace("namespace: lab", "namespace: strict"));
    }

    @Test
    void baseline_names_all_that_is_wrong() {
        create("{apiVersion: v1, kind: Namespace, metadata: {name: base, labels: "
                + "{pod-security.kubernetes.io/enforce: baseline}}}");
        create("{apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: base}}");
        refused(
                "{apiVersion: v1, kind: Pod, metadata: {name: priv, namespace: base}, spec: {hostNetwork: true, "
                        + "hostPID: true, volumes: [{name: h, hostPath: {path: /}}], containers: [{name: c, image: x, "
                        + "securityContext: {privileged: true, capabilities: {add: [SYS_ADMIN, NET_RAW]}}, "
                        + "ports: [{containerPort: 80, hostPort: 80}]}, {name: d, image: x, securityContext: "
                        + "{privileged: true}}]}}",
                "pods \"priv\" is forbidden: violates PodSecurity \"baseline:latest\": non-default capabilities"
                        + " (container \"c\" must not include \"NET_RAW\", \"SYS_ADMIN\" in"
                        + " securityContext.capabilities.add), host namespaces (hostNetwork=true, hostPID=true), hostPath"
                        + " volumes (volume \"h\"), hostPort (container \"c\" uses hostPort 80), privileged (containers"
                        + " \"c\", \"d\" must not set securityContext.privileged=true)");
    }

    @Test
    void limit_ranges_fill_in_and_bound() {
        create("{apiVersion: v1, kind: LimitRange, metadata: {name: lr, namespace: lab}, spec: {limits: "
                + "[{type: Container, max: {cpu: '1'}, min: {memory: 10Mi}, default: {cpu: 500m, memory: 100Mi}, "
                + "defaultRequest: {cpu: 100m, memory: 100Mi}}]}}");
        Pod filled = (Pod) create(pod("filled", "", ""));
        assertThat(filled.getMetadata().getAnnotations())
                .isEqualTo(
                        Map.of(
                                "kubernetes.io/limit-ranger",
                                "LimitRanger plugin set: cpu, memory request for container c; cpu, memory limit for container c"));
        assertThat(filled.getSpec().getContainers().get(0).getResources().getRequests())
                .hasToString("{cpu=100m, memory=100Mi}");
        refused(
                pod("p", "", "resources: {requests: {cpu: '2', memory: 5Mi}, limits: {cpu: '2', memory: 5Mi}}"),
                "pods \"p\" is forbidden: [minimum memory usage per Container is 10Mi, but request is 5Mi, maximum cpu"
                        + " usage per Container is 1, but limit is 2]");
    }

    @Test
    void quotas_hold() {
        create("{apiVersion: v1, kind: ResourceQuota, metadata: {name: q, namespace: lab}, spec: {hard: "
                + "{pods: '1', count/configmaps: '1'}}}");
        create(pod("first", "", ""));
        refused(
                pod("second", "", ""),
                "pods \"second\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1");
        create("{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: lab}}");
        refused(
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: lab}}",
                "configmaps \"b\" is forbidden: exceeded quota: q, requested: count/configmaps=1, used:"
                        + " count/configmaps=1, limited: count/configmaps=1");
    }

    @Test
    void nothing_is_born_in_a_namespace_that_is_not_there_or_goes() {
        refused(
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: nope}}",
                "namespaces \"nope\" not found");
        client.namespaces().withName("lab").delete();
        refused(
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: late, namespace: lab}}",
                "configmaps \"late\" is forbidden: unable to create new content in namespace lab because it is being"
                        + " terminated");
        create("{apiVersion: v1, kind: Namespace, metadata: {name: kube-system}}");
        assertThatThrownBy(() -> client.namespaces().withName("kube-system").delete())
                .hasMessageContaining("namespaces \"kube-system\" is forbidden: this namespace may not be deleted");
    }

    private HasMetadata create(String yaml) {
        HasMetadata object = Serialization.unmarshal("--- " + yaml);
        return client.resource(object).create();
    }

    private void refused(String yaml, String message) {
        assertThatThrownBy(() -> create(yaml)).isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(
                        e.getStatus().getMessage())
                .isEqualTo(message));
    }

    private static String pod(String name, String spec, String container) {
        return "{apiVersion: v1, kind: Pod, metadata: {name: " + name + ", namespace: lab}, spec: {"
                + (spec.isEmpty() ? "" : spec + ", ") + "containers: [{name: c, image: x"
                + (container.isEmpty() ? "" : ", " + container) + "}]}}";
    }
}

package kubelab.controlplane.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import kubelab.containers.clock.ClusterClock;
import kubelab.controlplane.admission.AdmissionPlugins;
import kubelab.controlplane.apiserver.ApiServer;
import kubelab.controlplane.apiserver.User;
import kubelab.controlplane.apiserver.encoding.Encodings;
import kubelab.controlplane.apiserver.openapi.Schemas;
import kubelab.controlplane.authorization.RbacAuthorizer;
import kubelab.controlplane.defaulting.Defaults;
import kubelab.controlplane.transport.InProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Thousands of faulty objects, and the same answer to each as from a real API server (1.34.4): refusals with their
 * causes, warnings, and what became of those that were accepted. Recorded anew with {@code -Dupdate} (or {@code
 * -Dupdate=mutations}) and a KUBECONFIG of a real cluster, where everything but the kept objects is a dry run. All differences are written to {@code
 * target/mutation-differences.txt}.
 */
class MutationTest {
    private static final long SEED = 34;
    /** Of the faults that come to mind. */
    private static final double SHARE = 0.12;

    private static final Path FOLDER = Path.of("src/test/resources/kubelab/controlplane/mutation");
    private static final String RECORDED = "recorded.jsonl.gz";
    private static final Map<String, Sample> SAMPLES = new LinkedHashMap<>();

    static {
        Sample.all().forEach(sample -> SAMPLES.put(sample.id(), sample));
    }

    /** @param answer what the real server said */
    private record Recorded(Mutation mutation, JsonNode answer) {}

    @Test
    void faulty_objects_get_the_real_servers_answer() throws Exception {
        String update = System.getProperty("update");
        if (update != null && List.of("", "true", "mutations").contains(update)) {
            record();
        }
        List<Recorded> recorded = recorded();
        assertThat(recorded).as("recorded mutations").hasSizeGreaterThan(1500);
        assertThat(recorded.stream().map(each -> each.mutation.toString()).toList())
                .as("mutations of today's samples and seed; after a change of either record them anew")
                .isEqualTo(mutations().stream().map(Mutation::toString).toList());
        Map<String, List<String>> differences = play(recorded);
        write(differences, recorded.size());
        assertThat(new TreeSet<>(differences.keySet()))
                .as("differences; what is seen at each is in target/mutation-differences.txt")
                .isEqualTo(known());
    }

    private static Map<String, List<String>> play(List<Recorded> recorded) throws Exception {
        Map<String, List<String>> differences = new HashMap<>();
        try (ClusterClock clock = new ClusterClock();
                ApiServer api = Encodings.install(ApiServer.builder(clock), clock)
                        .defaulter(new Defaults())
                        .authorizer(RbacAuthorizer::new)
                        .admission(reader -> AdmissionPlugins.standard(reader, clock, new Random(1)))
                        .build();
                InProcess transport = new InProcess(api);
                KubernetesClient client = transport.clientFor(User.of("system:admin", User.MASTERS))) {
            Server server = new Server(client);
            prepare(server);
            String[] made = {""};
            for (Recorded each : recorded) {
                Sample sample = Objects.requireNonNull(SAMPLES.get(each.mutation.sample()));
                if (each.mutation.verb().equals("update") && !made[0].equals(sample.id())) {
                    server.keep(sample);
                    made[0] = sample.id();
                }
                ObjectNode answer = server.ask(sample, each.mutation);
                for (String difference : Answers.differences(each.answer, answer)) {
                    differences
                            .computeIfAbsent(each.mutation.place() + ": " + difference, place -> new ArrayList<>())
                            .add(each.mutation + "\n" + Answers.shown(each.answer, answer));
                }
            }
        }
        return differences;
    }

    private static void record() throws Exception {
        try (KubernetesClient client = new KubernetesClientBuilder()
                .editOrNewConfig()
                .withRequestRetryBackoffLimit(0)
                .endConfig()
                .build()) {
            Server server = new Server(client);
            prepare(server);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> server.has("/api/v1/namespaces/" + Sample.NAMESPACE + "/serviceaccounts/default"));
            StringBuilder lines = new StringBuilder();
            List<Sample> kept = new ArrayList<>();
            try {
                for (Mutation mutation : mutations()) {
                    Sample sample = Objects.requireNonNull(SAMPLES.get(mutation.sample()));
                    if (mutation.verb().equals("update") && !kept.contains(sample)) {
                        server.keep(sample);
                        kept.add(sample);
                    }
                    ObjectNode line = JsonMapper.shared().createObjectNode();
                    line.put("of", mutation.sample()).put("verb", mutation.verb());
                    line.set("ops", mutation.toJson());
                    line.set("answer", server.ask(sample, mutation));
                    lines.append(line).append('\n');
                }
            } finally {
                for (Sample sample : kept) {
                    server.delete(sample);
                }
                server.delete("/api/v1/namespaces/" + Sample.NAMESPACE);
            }
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(FOLDER.resolve(RECORDED)))) {
                out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    /** What is there in any cluster, and what the samples name. */
    private static void prepare(Server server) throws Exception {
        server.create("/api/v1/namespaces", "{apiVersion: v1, kind: Namespace, metadata: {name: mutation}}");
        server.create(
                "/api/v1/namespaces/mutation/serviceaccounts",
                "{apiVersion: v1, kind: ServiceAccount, metadata: {name: default}}");
        String classes = "/apis/scheduling.k8s.io/v1/priorityclasses";
        server.create(
                classes,
                "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: system-cluster-critical},"
                        + " value: 2000000000}");
        server.create(
                "/apis/storage.k8s.io/v1/storageclasses",
                "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: local-path, annotations:"
                        + " {storageclass.kubernetes.io/is-default-class: 'true'}}, provisioner: rancher.io/local-path}");
    }

    /** All creations, then the updates, each of one object. */
    private static List<Mutation> mutations() {
        Schemas schemas = new Schemas();
        List<Mutation> all = new ArrayList<>();
        SAMPLES.values().forEach(sample -> {
            all.add(new Mutation(sample.id(), "create", List.of()));
            all.addAll(Mutator.of(schemas, sample, "create", SEED, SHARE));
        });
        List<Mutation> listed = Sample.text("faults.jsonl")
                .lines()
                .filter(line -> !line.isBlank())
                .map(line -> Mutation.read(JsonMapper.shared().readTree(line)))
                .toList();
        listed.stream().filter(each -> each.verb().equals("create")).forEach(all::add);
        SAMPLES.values().stream().filter(Sample::updated).forEach(sample -> {
            all.addAll(Mutator.of(schemas, sample, "update", SEED, SHARE));
            listed.stream()
                    .filter(each ->
                            each.verb().equals("update") && each.sample().equals(sample.id()))
                    .forEach(all::add);
        });
        return all;
    }

    private static List<Recorded> recorded() throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(FOLDER.resolve(RECORDED)))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> JsonMapper.shared().readTree(line))
                    .map(line -> new Recorded(Mutation.read(line), line.path("answer")))
                    .toList();
        }
    }

    /** The differences that are known, one a line; what they come from is said above them. */
    private static Set<String> known() {
        Set<String> known = new TreeSet<>();
        Sample.text("differences.txt")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .forEach(known::add);
        return known;
    }

    /** The most frequent first. */
    private static void write(Map<String, List<String>> differences, int all) throws IOException {
        StringBuilder text = new StringBuilder();
        differences.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<String, List<String>> e) ->
                                -e.getValue().size())
                        .thenComparing(Map.Entry::getKey))
                .forEach(e -> {
                    text.append(e.getValue().size())
                            .append(" × ")
                            .append(e.getKey())
                            .append('\n');
                    e.getValue().stream()
                            .limit(3)
                            .forEach(each -> text.append("  ").append(each).append('\n'));
                });
        int sum = differences.values().stream().mapToInt(List::size).sum();
        text.insert(0, sum + " differences at " + differences.size() + " places in " + all + " mutations\n\n");
        Files.writeString(Path.of("target/mutation-differences.txt"), text.toString());
    }
}

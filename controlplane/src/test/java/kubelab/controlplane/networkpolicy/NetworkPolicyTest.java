package kubelab.controlplane.networkpolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kubelab.controlplane.RecordedAnswers;
import kubelab.controlplane.json.Json;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which Pods reach which under which policies: the truth tables of cases.yaml. The situations are those of upstream's
 * {@code test/e2e/network/netpol} (1.34), and what the documentation's page "Network Policies" says beyond them.
 */
class NetworkPolicyTest {
    private static final Pattern LINE = Pattern.compile("(allow|deny) (\\S+) > (\\S+)(?: (\\S+))?");

    private static PolicyCluster world;
    private static int marks;

    @BeforeAll
    static void start() {
        world = new PolicyCluster("x", "y", "z");
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @AfterEach
    void clean() {
        world.client.network().v1().networkPolicies().inAnyNamespace().list().getItems().stream()
                .filter(policy -> !policy.getMetadata().getNamespace().equals("mark"))
                .forEach(policy -> world.client.resource(policy).delete());
        for (String pod : world.pods()) {
            label(pod, Map.of("role", "", "target", ""));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void reaches_what_is_allowed(String name, ObjectNode scenario) {
        int step = 0;
        for (ObjectNode each : Json.objects(scenario, "steps")) {
            act(each);
            String where = name + ", step " + ++step;
            List<String> expected = expected(Json.strings(each, "expect"));
            // labels come by other watches than the mark
            if (each.has("label")) {
                await(where).atMost(PolicyCluster.LIMIT).until(() -> denied().equals(expected));
            }
            assertThat(denied()).as(where + ": what is dropped").isEqualTo(expected);
            for (String line : Json.strings(each, "also")) {
                Matcher words = parsed(line);
                String port = words.group(4) == null ? "" : words.group(4);
                assertThat(world.reaches(words.group(2), words.group(3), port))
                        .as(where + ": " + line)
                        .isEqualTo(words.group(1).equals("allow"));
            }
        }
    }

    static Stream<Arguments> all() {
        ObjectNode all = Json.object();
        all.set("cases", Json.MAPPER.valueToTree(new RecordedAnswers("networkpolicy/answers.yaml").cases()));
        return Json.objects(all, "cases").stream().map(one -> Arguments.of(Json.string(one, "name"), one));
    }

    private static void act(ObjectNode step) {
        for (ObjectNode policy : Json.objects(step, "apply")) {
            apply(
                    Json.string(policy, "in"),
                    Json.string(policy, "name"),
                    Pattern.compile("IP:(\\w/\\w)")
                            .matcher(policy.get("spec").toString())
                            .replaceAll(pod -> world.ip(pod.group(1))));
        }
        for (String gone : Json.strings(step, "delete")) {
            String[] name = gone.split("/");
            world.client
                    .network()
                    .v1()
                    .networkPolicies()
                    .inNamespace(name[0])
                    .withName(name[1])
                    .delete();
        }
        if (step.has("label")) {
            step.get("label").properties().forEach(one -> {
                Map<String, String> labels = new LinkedHashMap<>();
                one.getValue()
                        .properties()
                        .forEach(l -> labels.put(
                                l.getKey(),
                                l.getValue().isNull() ? "" : l.getValue().stringValue()));
                label(one.getKey(), labels);
            });
        }
        mark();
    }

    private static void apply(String namespace, String name, String spec) {
        NetworkPolicy policy = new NetworkPolicyBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withSpec(Serialization.unmarshal(spec, NetworkPolicySpec.class))
                .build();
        var resource = world.client
                .network()
                .v1()
                .networkPolicies()
                .inNamespace(namespace)
                .resource(policy);
        if (resource.get() == null) {
            resource.create();
        } else {
            resource.update();
        }
    }

    /** @param labels an empty value removes the label */
    private static void label(String object, Map<String, String> labels) {
        ObjectNode patch = Json.object();
        ObjectNode all = patch.putObject("metadata").putObject("labels");
        labels.forEach((key, value) -> all.put(key, value.isEmpty() ? null : value));
        String[] name = object.split("/");
        if (name.length == 1) {
            world.client.namespaces().withName(name[0]).patch(patch.toString());
        } else {
            world.client.pods().inNamespace(name[0]).withName(name[1]).patch(patch.toString());
        }
    }

    /** Waits until the agent acts on a policy that was written last: then it has seen those before it. */
    private static void mark() {
        int port = 1000 + ++marks;
        apply("mark", "mark", "{\"podSelector\": {}, \"ingress\": [{\"ports\": [{\"port\": " + port + "}]}]}");
        await("the agent has seen all policies")
                .atMost(PolicyCluster.LIMIT)
                .pollInterval(java.time.Duration.ofMillis(2))
                .until(() -> world.passes("node:worker1", "mark/mark", port)
                        && !world.passes("node:worker1", "mark/mark", port + 1));
    }

    /** Each pair and port that does not get through, as {@code x/a > y/b tcp/80}. */
    private static List<String> denied() {
        return matrix((from, to, port) -> !world.reaches(from, to, port));
    }

    private static List<String> expected(List<String> lines) {
        List<Matcher> parsed = lines.stream().map(NetworkPolicyTest::parsed).toList();
        return matrix((from, to, port) -> {
            boolean denied = false;
            for (Matcher words : parsed) {
                boolean fits = fits(words.group(2), from)
                        && fits(words.group(3), to)
                        && (words.group(4) == null
                                || List.of(words.group(4).split(",")).contains(port));
                denied = fits ? words.group(1).equals("deny") : denied;
            }
            return denied && !from.equals(to);
        });
    }

    private interface Question {
        boolean isDenied(String from, String to, String port);
    }

    private static List<String> matrix(Question question) {
        List<String> denied = new ArrayList<>();
        for (String from : world.pods()) {
            for (String to : world.pods()) {
                for (String port : PolicyCluster.PORTS) {
                    if (question.isDenied(from, to, port)) {
                        denied.add(from + " > " + to + " " + port);
                    }
                }
            }
        }
        return denied;
    }

    private static boolean fits(String pattern, String pod) {
        return pattern.equals("*")
                || pattern.equals(pod)
                || pattern.endsWith("/*") && pod.startsWith(pattern.substring(0, pattern.length() - 1));
    }

    private static Matcher parsed(String line) {
        Matcher words = LINE.matcher(line);
        assertThat(words.matches()).as("a line of cases.yaml: " + line).isTrue();
        return words;
    }
}

package kubelab.controlplane.apiserver.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Containers of a Pod. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class ContainerRules {
    private static final String ONLY_SIDECARS = "may not be set for init containers without restartPolicy=Always";
    /** What a container that is added to a running Pod cannot have. */
    private static final List<String> NOT_EPHEMERAL = List.of(
            "ports",
            "resources",
            "resizePolicy",
            "restartPolicy",
            "livenessProbe",
            "readinessProbe",
            "startupProbe",
            "lifecycle");

    private final Field spec;
    private final Map<String, JsonNode> volumes;
    private final Set<String> claims = new TreeSet<>();
    private final Set<String> names = new HashSet<>();
    private final long grace;
    private final boolean hostUsers;

    ContainerRules(Field spec, Map<String, JsonNode> volumes) {
        this.spec = spec;
        this.volumes = volumes;
        grace = spec.get("terminationGracePeriodSeconds").number();
        hostUsers = !spec.has("hostUsers") || spec.flag("hostUsers");
        spec.get("resourceClaims").items().stream()
                .map(claim -> claim.text("name"))
                .filter(name -> !name.isEmpty())
                .forEach(claims::add);
    }

    Set<String> claims() {
        return claims;
    }

    void containers() {
        Field containers = spec.get("containers");
        if (containers.isEmpty()) {
            containers.required();
        }
        for (Field container : containers.items()) {
            container(container);
            once(container);
            ProbeRules.check(container, grace);
        }
        hostPorts(containers.items(), new HashSet<>());
    }

    void initContainers() {
        for (Field container : spec.get("initContainers").items()) {
            container(container);
            boolean sidecar = container.is("restartPolicy", "Always");
            if (container.has("restartPolicy") && !sidecar) {
                container.get("restartPolicy").unsupported("Always");
            }
            once(container);
            hostPorts(List.of(container), new HashSet<>());
            if (sidecar) {
                ProbeRules.check(container, grace);
                continue;
            }
            for (String field : List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")) {
                if (container.has(field)) {
                    container.get(field).forbidden(ONLY_SIDECARS);
                }
            }
        }
    }

    void ephemeralContainers() {
        Set<String> others = Set.copyOf(names);
        for (Field container : spec.get("ephemeralContainers").items()) {
            container(container);
            image(container);
            once(container);
            Field target = container.get("targetContainerName");
            if (!target.isEmpty() && !others.contains(target.text())) {
                target.notFound(target.text());
            }
            for (String field : NOT_EPHEMERAL) {
                boolean nothing =
                        field.equals("resources") && container.get(field).isEmpty();
                if (container.has(field) && !nothing) {
                    container.get(field).forbidden("cannot be set for an Ephemeral Container");
                }
            }
            for (Field mount : container.get("volumeMounts").items()) {
                for (String field : List.of("subPath", "subPathExpr")) {
                    if (!mount.get(field).isEmpty()) {
                        mount.get(field).forbidden("cannot be set for an Ephemeral Container");
                    }
                }
            }
        }
    }

    /** Pods only; a template may say it. */
    static void image(Field container) {
        Field image = container.get("image");
        if (!image.text().strip().equals(image.text())) {
            image.invalid("must not have leading or trailing whitespace");
        }
    }

    private void once(Field container) {
        Field name = container.get("name");
        if (!name.isEmpty() && !names.add(name.text())) {
            name.duplicate(name.text());
        }
    }

    private void container(Field container) {
        container.get("name").requiredName(Names::label);
        container.needs("image");
        container.get("terminationMessagePolicy").requiredOneOf("File", "FallbackToLogsOnError");
        ports(container.get("ports"));
        EnvironmentRules.check(container);
        MountRules.check(container, volumes);
        container.get("imagePullPolicy").requiredOneOf("Always", "IfNotPresent", "Never");
        ResourceRules.container(container.get("resources"), claims);
        resizePolicy(container.get("resizePolicy"));
        SecurityRules.container(container.get("securityContext"), hostUsers);
    }

    private static void ports(Field ports) {
        Set<String> seen = new HashSet<>();
        for (Field port : ports.items()) {
            Field name = port.get("name");
            if (!name.isEmpty()) {
                List<String> wrong = Names.port(name.text());
                name.errors().name(name.path(), name.text(), wrong);
                if (wrong.isEmpty() && !seen.add(name.text())) {
                    name.duplicate(name.text());
                }
            }
            if (port.get("containerPort").number() == 0) {
                port.get("containerPort").required();
            } else {
                port.get("containerPort").inRange(1, 65535);
            }
            if (port.get("hostPort").number() != 0) {
                port.get("hostPort").inRange(1, 65535);
            }
            port.get("protocol").requiredOneOf("SCTP", "TCP", "UDP");
        }
    }

    private static void hostPorts(List<Field> containers, Set<String> seen) {
        for (Field container : containers) {
            for (Field port : container.get("ports").items()) {
                String text = port.text("protocol") + "/" + port.text("hostIP") + "/"
                        + port.get("hostPort").number();
                if (port.get("hostPort").number() != 0 && !seen.add(text)) {
                    port.get("hostPort").duplicate(text);
                }
            }
        }
    }

    private void resizePolicy(Field policies) {
        Set<String> seen = new HashSet<>();
        for (Field policy : policies.items()) {
            String resource = policy.text("resourceName");
            if (!seen.add(resource)) {
                policy.duplicate(resource);
            }
            // upstream points at the list
            word(policies, resource, "cpu", "memory");
            word(policies, policy.text("restartPolicy"), "NotRequired", "RestartContainer");
            if (spec.is("restartPolicy", "Never") && !policy.is("restartPolicy", "NotRequired")) {
                policies.invalid(policy.text("restartPolicy"), "must be 'NotRequired' when `restartPolicy` is 'Never'");
            }
        }
    }

    private static void word(Field list, String word, String... allowed) {
        if (word.isEmpty()) {
            list.required();
        } else if (!List.of(allowed).contains(word)) {
            list.errors().unsupported(list.path(), "\"" + word + "\"", allowed);
        }
    }
}

package kubelab.controlplane.apiserver.validation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Containers of a Pod. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class ContainerRules {
    private static final Set<String> RESOURCES = Set.of("cpu", "memory", "ephemeral-storage");
    private static final Set<String> FIELD_PATHS = Set.of(
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.nodeName",
            "spec.serviceAccountName",
            "status.hostIP",
            "status.hostIPs",
            "status.podIP",
            "status.podIPs");
    private static final String[] RESOURCE_FIELDS = {
        "limits.cpu",
        "limits.ephemeral-storage",
        "limits.memory",
        "requests.cpu",
        "requests.ephemeral-storage",
        "requests.memory"
    };

    private final Problems problems;
    private final Set<String> volumes;
    private final Set<String> names = new HashSet<>();

    ContainerRules(Problems problems, Set<String> volumes) {
        this.problems = problems;
        this.volumes = volumes;
    }

    void containers(String path, JsonNode containers) {
        if (containers.isEmpty()) {
            problems.required(path);
        }
        for (int i = 0; i < containers.size(); i++) {
            String here = path + "[" + i + "]";
            container(here, containers.path(i));
            lifecycle(here + ".lifecycle", containers.path(i).path("lifecycle"));
            probes(here, containers.path(i));
        }
    }

    void initContainers(String path, JsonNode containers) {
        for (int i = 0; i < containers.size(); i++) {
            String here = path + "[" + i + "]";
            JsonNode container = containers.path(i);
            container(here, container);
            if (container.path("restartPolicy").asString("").equals("Always")) {
                lifecycle(here + ".lifecycle", container.path("lifecycle"));
                probes(here, container);
                continue;
            }
            for (String field : List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")) {
                if (container.has(field)) {
                    problems.forbidden(
                            here + "." + field, "may not be set for init containers without restartPolicy=Always");
                }
            }
        }
    }

    private void container(String path, JsonNode container) {
        String name = container.path("name").asString("");
        if (name.isEmpty()) {
            problems.required(path + ".name");
        } else {
            problems.name(path + ".name", name, Names.label(name));
        }
        if (!name.isEmpty() && !names.add(name)) {
            problems.duplicate(path + ".name", name);
        }
        String image = container.path("image").asString("");
        if (image.isEmpty()) {
            problems.required(path + ".image");
        } else if (!image.strip().equals(image)) {
            problems.invalid(path + ".image", image, "must not have leading or trailing whitespace");
        }
        problems.oneOf(
                path + ".terminationMessagePolicy",
                container.path("terminationMessagePolicy"),
                "File",
                "FallbackToLogsOnError");
        ports(path + ".ports", container.path("ports"));
        environment(path, container);
        mounts(path + ".volumeMounts", container.path("volumeMounts"));
        problems.oneOf(path + ".imagePullPolicy", container.path("imagePullPolicy"), "Always", "IfNotPresent", "Never");
        resources(path + ".resources", container.path("resources"));
    }

    private void ports(String path, JsonNode ports) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            String here = path + "[" + i + "]";
            JsonNode port = ports.path(i);
            String name = port.path("name").asString("");
            if (!name.isEmpty()) {
                List<String> wrong = Names.port(name);
                problems.name(here + ".name", name, wrong);
                if (wrong.isEmpty() && !seen.add(name)) {
                    problems.duplicate(here + ".name", name);
                }
            }
            if (port.path("containerPort").asInt(0) == 0) {
                problems.required(here + ".containerPort");
            } else {
                problems.inRange(here + ".containerPort", port.path("containerPort"), 1, 65535);
            }
            if (port.path("hostPort").asInt(0) != 0) {
                problems.inRange(here + ".hostPort", port.path("hostPort"), 1, 65535);
            }
            problems.oneOf(here + ".protocol", port.path("protocol"), "SCTP", "TCP", "UDP");
        }
    }

    private void environment(String path, JsonNode container) {
        JsonNode env = container.path("env");
        for (int i = 0; i < env.size(); i++) {
            String here = path + ".env[" + i + "]";
            String name = env.path(i).path("name").asString("");
            if (name.isEmpty()) {
                problems.required(here + ".name");
            } else {
                problems.name(here + ".name", name, Names.environment(name));
            }
            if (env.path(i).has("valueFrom")) {
                valueFrom(here + ".valueFrom", env.path(i));
            }
        }
        JsonNode sources = container.path("envFrom");
        for (JsonNode source : sources) {
            if (!source.has("configMapRef") && !source.has("secretRef")) {
                problems.invalid(path + ".envFrom", "", "must specify one of: `configMapRef` or `secretRef`");
            } else if (source.has("configMapRef") && source.has("secretRef")) {
                problems.invalid(path + ".envFrom", "", "may not have more than one field specified at a time");
            }
        }
    }

    private void valueFrom(String path, JsonNode variable) {
        JsonNode source = variable.path("valueFrom");
        if (source.isEmpty()) {
            problems.invalid(
                    path,
                    "",
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
            return;
        }
        JsonNode field = source.path("fieldRef");
        String fieldPath = field.path("fieldPath").asString("");
        if (source.has("fieldRef") && fieldPath.isEmpty()) {
            problems.required(path + ".fieldRef.fieldPath");
        } else if (source.has("fieldRef") && !fieldPath.contains("[") && !FIELD_PATHS.contains(fieldPath)) {
            problems.invalid(
                    path + ".fieldRef.fieldPath",
                    fieldPath,
                    "error converting fieldPath: field label not supported: " + fieldPath);
        }
        if (source.has("resourceFieldRef")) {
            String resource = source.path("resourceFieldRef").path("resource").asString("");
            if (resource.isEmpty()) {
                problems.required(path + ".resourceFieldRef.resource");
            } else if (!resource.contains("hugepages-")) {
                problems.oneOf(
                        path + ".resourceFieldRef.resource",
                        source.path("resourceFieldRef").path("resource"),
                        RESOURCE_FIELDS);
            }
        }
        for (String reference : List.of("configMapKeyRef", "secretKeyRef")) {
            if (source.has(reference)) {
                String key = source.path(reference).path("key").asString("");
                if (key.isEmpty()) {
                    problems.required(path + "." + reference + ".key");
                } else {
                    problems.name(path + "." + reference + ".key", key, Names.configKey(key));
                }
            }
        }
        if (!variable.path("value").asString("").isEmpty()) {
            problems.invalid(path, "", "may not be specified when `value` is not empty");
        } else if (source.size() > 1) {
            problems.invalid(path, "", "may not have more than one field specified at a time");
        }
    }

    private void mounts(String path, JsonNode mounts) {
        Set<String> paths = new HashSet<>();
        for (int i = 0; i < mounts.size(); i++) {
            String here = path + "[" + i + "]";
            String name = mounts.path(i).path("name").asString("");
            String mountPath = mounts.path(i).path("mountPath").asString("");
            if (name.isEmpty()) {
                problems.required(here + ".name");
            } else if (!volumes.contains(name)) {
                problems.notFound(here + ".name", name);
            }
            if (mountPath.isEmpty()) {
                problems.required(here + ".mountPath");
            } else if (!paths.add(mountPath)) {
                problems.invalid(here + ".mountPath", mountPath, "must be unique");
            }
            VolumeRules.localPath(
                    path + ".subPath", mounts.path(i).path("subPath").asString(""), problems);
        }
    }

    private void resources(String path, JsonNode resources) {
        for (String kind : List.of("limits", "requests")) {
            resources.path(kind).properties().forEach(entry -> {
                String here = path + "." + kind + "[" + entry.getKey() + "]";
                String name = entry.getKey();
                if (!name.contains("/") && !RESOURCES.contains(name) && !name.startsWith("hugepages-")) {
                    problems.invalid(here, name, "must be a standard resource type or fully qualified");
                    problems.invalid(here, name, "must be a standard resource for containers");
                }
                if (Quantity.value(entry.getValue().asString("0")).signum() < 0) {
                    problems.invalid(here, entry.getValue(), "must be greater than or equal to 0");
                }
            });
        }
        resources.path("requests").properties().forEach(entry -> {
            JsonNode limit = resources.path("limits").path(entry.getKey());
            if (limit.isString()
                    && Quantity.value(entry.getValue().asString("0")).compareTo(Quantity.value(limit.asString())) > 0) {
                problems.invalid(
                        path + ".requests",
                        entry.getValue(),
                        "must be less than or equal to " + entry.getKey() + " limit of " + limit.asString());
            }
        });
    }

    private void lifecycle(String path, JsonNode lifecycle) {
        for (String hook : List.of("postStart", "preStop")) {
            if (lifecycle.has(hook)) {
                handler(path + "." + hook, lifecycle.path(hook), List.of("exec", "httpGet", "tcpSocket", "sleep"));
            }
        }
    }

    private void probes(String path, JsonNode container) {
        for (String name : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            JsonNode probe = container.path(name);
            if (!probe.isObject()) {
                continue;
            }
            String here = path + "." + name;
            handler(here, probe, List.of("exec", "httpGet", "tcpSocket", "grpc"));
            for (String number : List.of(
                    "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")) {
                problems.notNegative(here + "." + number, probe.path(number));
            }
            if (!name.equals("readinessProbe") && probe.path("successThreshold").asInt(1) > 1) {
                problems.invalid(here + ".successThreshold", probe.path("successThreshold"), "must be 1");
            }
        }
    }

    private void handler(String path, JsonNode owner, List<String> types) {
        List<String> given = new ArrayList<>(types);
        given.removeIf(type -> !owner.has(type));
        if (given.isEmpty()) {
            problems.required(path, "must specify a handler type");
            return;
        }
        given.stream()
                .skip(1)
                .forEach(type -> problems.forbidden(path + "." + type, "may not specify more than 1 handler type"));
        String type = given.get(0);
        JsonNode handler = owner.path(type);
        switch (type) {
            case "exec" -> {
                if (handler.path("command").isEmpty()) {
                    problems.required(path + ".exec.command");
                }
            }
            case "httpGet" -> {
                if (handler.path("path").asString("").isEmpty()) {
                    problems.required(path + ".httpGet.path");
                }
                port(path + ".httpGet.port", handler.path("port"));
                problems.oneOf(path + ".httpGet.scheme", handler.path("scheme"), "HTTP", "HTTPS");
            }
            case "tcpSocket" -> port(path + ".tcpSocket.port", handler.path("port"));
            default -> {}
        }
    }

    private void port(String path, JsonNode port) {
        if (port.isString()) {
            problems.name(path, port.asString(), Names.port(port.asString()));
        } else {
            problems.inRange(path, port.isMissingNode() ? JsonNodeFactory.instance.numberNode(0) : port, 1, 65535);
        }
    }
}

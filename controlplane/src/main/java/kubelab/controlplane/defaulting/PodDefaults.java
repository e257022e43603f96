package kubelab.controlplane.defaulting;

import java.util.List;
import java.util.regex.Pattern;
import kubelab.controlplane.apiserver.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Pods and the templates of Pods. Source: pkg/apis/core/v1/defaults.go, release 1.34. */
final class PodDefaults {
    private static final int FILE_MODE = 0644;
    /** Host, path, tag, digest. Source: github.com/distribution/reference as of 1.34. */
    private static final Pattern IMAGE = Pattern.compile("(?:[a-zA-Z0-9-]++(?:\\.[a-zA-Z0-9-]++)*+(?::[0-9]+)?/)?"
            + "[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*+(?:/[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*+)*+"
            + "(?::[\\w][\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*+(?:[-_+.][A-Za-z][A-Za-z0-9]*+)*+:[0-9a-fA-F]{32,})?");

    private static final int LONGEST_IMAGE = 255;

    private PodDefaults() {}

    static void pod(ObjectNode pod) {
        ObjectNode spec = Json.ensure(pod, "spec");
        spec(spec);
        Defaults.flag(spec, "enableServiceLinks", true);
        for (String list : List.of("initContainers", "containers")) {
            Json.objects(spec, list).forEach(PodDefaults::requestsFromLimits);
            if (Json.bool(spec, "hostNetwork")) {
                Json.objects(spec, list).forEach(PodDefaults::hostPorts);
            }
        }
    }

    /** A template in {@code spec.template} of a workload, or wherever {@code field} of {@code owner} has it. */
    static void template(@Nullable ObjectNode owner, String field) {
        ObjectNode template = Json.object(owner, field);
        if (template == null) {
            return;
        }
        Json.ensure(template, "metadata");
        spec(Json.ensure(template, "spec"));
    }

    private static void spec(ObjectNode spec) {
        Defaults.text(spec, "dnsPolicy", "ClusterFirst");
        Defaults.text(spec, "restartPolicy", "Always");
        Defaults.text(spec, "schedulerName", "default-scheduler");
        Defaults.number(spec, "terminationGracePeriodSeconds", 30);
        if (Defaults.isUnset(spec, "securityContext")) {
            spec.putObject("securityContext");
        }
        // The old name of the field is kept in step with the new one.
        String account = Json.string(spec, "serviceAccountName");
        if (account.isEmpty()) {
            account = Json.string(spec, "serviceAccount");
        }
        if (!account.isEmpty()) {
            spec.put("serviceAccountName", account);
            spec.put("serviceAccount", account);
        }
        for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
            for (ObjectNode container : Json.objects(spec, list)) {
                container(container);
            }
        }
        Json.objects(spec, "volumes").forEach(PodDefaults::volume);
    }

    /** On the node's network a port is the node's; a template does not say so yet. */
    private static void hostPorts(ObjectNode container) {
        for (ObjectNode port : Json.objects(container, "ports")) {
            if (Json.number(port, 0, "hostPort") == 0 && port.has("containerPort")) {
                port.put("hostPort", Json.number(port, 0, "containerPort"));
            }
        }
    }

    private static void container(ObjectNode container) {
        Defaults.text(container, "terminationMessagePath", "/dev/termination-log");
        Defaults.text(container, "terminationMessagePolicy", "File");
        Defaults.text(container, "imagePullPolicy", pullPolicy(Json.string(container, "image")));
        if (Defaults.isUnset(container, "resources")) {
            container.putObject("resources");
        }
        for (ObjectNode port : Json.objects(container, "ports")) {
            Defaults.text(port, "protocol", "TCP");
        }
        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            probe(Json.object(container, probe));
        }
        httpGet(Json.object(container, "lifecycle", "postStart", "httpGet"));
        httpGet(Json.object(container, "lifecycle", "preStop", "httpGet"));
        for (ObjectNode variable : Json.objects(container, "env")) {
            fieldRef(Json.object(variable, "valueFrom", "fieldRef"));
        }
    }

    private static String pullPolicy(String image) {
        // What is no name of an image has no tag, either.
        if (image.length() > LONGEST_IMAGE || !IMAGE.matcher(image).matches()) {
            return "IfNotPresent";
        }
        String name = image.substring(image.lastIndexOf('/') + 1);
        boolean digest = name.contains("@");
        int colon = name.indexOf(':');
        boolean latest = !digest && (colon < 0 || name.substring(colon + 1).equals("latest"));
        return latest ? "Always" : "IfNotPresent";
    }

    private static void probe(@Nullable ObjectNode probe) {
        if (probe == null) {
            return;
        }
        atLeastOne(probe, "timeoutSeconds", 1);
        atLeastOne(probe, "periodSeconds", 10);
        atLeastOne(probe, "successThreshold", 1);
        atLeastOne(probe, "failureThreshold", 3);
        httpGet(Json.object(probe, "httpGet"));
        ObjectNode grpc = Json.object(probe, "grpc");
        if (grpc != null && Defaults.isUnset(grpc, "service")) {
            grpc.put("service", "");
        }
    }

    /** 0 means unset in these fields. */
    private static void atLeastOne(ObjectNode probe, String field, int value) {
        if (Json.number(probe, 0, field) == 0) {
            probe.put(field, value);
        }
    }

    private static void httpGet(@Nullable ObjectNode get) {
        if (get != null) {
            Defaults.text(get, "path", "/");
            Defaults.text(get, "scheme", "HTTP");
        }
    }

    private static void fieldRef(@Nullable ObjectNode reference) {
        if (reference != null) {
            Defaults.text(reference, "apiVersion", "v1");
        }
    }

    private static void volume(ObjectNode volume) {
        if (volume.size() <= 1) {
            // Nothing but a name.
            volume.putObject("emptyDir");
        }
        mode(Json.object(volume, "secret"));
        mode(Json.object(volume, "configMap"));
        mode(Json.object(volume, "projected"));
        mode(Json.object(volume, "downwardAPI"));
        ObjectNode hostPath = Json.object(volume, "hostPath");
        if (hostPath != null && Defaults.isUnset(hostPath, "type")) {
            hostPath.put("type", "");
        }
        downward(Json.object(volume, "downwardAPI"));
        for (JsonNode source : Json.items(volume, "projected", "sources")) {
            downward(Json.object(source, "downwardAPI"));
            ObjectNode token = Json.object(source, "serviceAccountToken");
            if (token != null) {
                Defaults.number(token, "expirationSeconds", 3600);
            }
        }
        VolumeDefaults.source(volume);
        ObjectNode claim = Json.object(volume, "ephemeral", "volumeClaimTemplate", "spec");
        if (claim != null) {
            Defaults.text(claim, "volumeMode", "Filesystem");
        }
    }

    private static void mode(@Nullable ObjectNode source) {
        if (source != null) {
            Defaults.number(source, "defaultMode", FILE_MODE);
        }
    }

    private static void downward(@Nullable ObjectNode source) {
        for (ObjectNode item : Json.objects(source, "items")) {
            fieldRef(Json.object(item, "fieldRef"));
        }
    }

    /** Who sets a limit only asks for just as much. */
    private static void requestsFromLimits(ObjectNode container) {
        ObjectNode limits = Json.object(container, "resources", "limits");
        if (limits == null || limits.isEmpty()) {
            return;
        }
        ObjectNode requests = Json.ensure(container, "resources", "requests");
        limits.properties().forEach(e -> {
            if (!requests.has(e.getKey())) {
                requests.set(e.getKey(), e.getValue());
            }
        });
    }
}

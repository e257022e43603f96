package kubelab.controlplane.apiserver.validation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What is odd about a Pod or a template of Pods. Source: pkg/api/pod/warnings.go, release 1.34. */
final class PodWarnings {
    static final Map<String, String> OLD_LABELS = Map.of(
            "beta.kubernetes.io/arch",
            "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
            "beta.kubernetes.io/os",
            "deprecated since v1.14; use \"kubernetes.io/os\" instead",
            "failure-domain.beta.kubernetes.io/region",
            "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
            "failure-domain.beta.kubernetes.io/zone",
            "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
            "beta.kubernetes.io/instance-type",
            "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
            "app.kubernetes.io/created-by",
            "deprecated since v1.9",
            "scheduler.alpha.kubernetes.io/preferAvoidPods",
            "deprecated since v1.22; use Taints and Tolerations instead",
            "node-role.kubernetes.io/master",
            "use \"node-role.kubernetes.io/control-plane\" instead");
    private static final Map<String, String> OLD_ANNOTATIONS = Map.of(
            "scheduler.alpha.kubernetes.io/critical-pod",
            "non-functional in v1.16+; use the \"priorityClassName\" field instead",
            "security.alpha.kubernetes.io/sysctls",
            "non-functional in v1.11+; use the \"sysctls\" field instead",
            "security.alpha.kubernetes.io/unsafe-sysctls",
            "non-functional in v1.11+; use the \"sysctls\" field instead");
    private static final Map<String, String> OLD_VOLUMES = new LinkedHashMap<>();

    static {
        OLD_VOLUMES.put("photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+");
        OLD_VOLUMES.put("gitRepo", "deprecated in v1.11, and disabled by default in v1.33+");
        OLD_VOLUMES.put("scaleIO", "deprecated in v1.16, non-functional in v1.22+");
        OLD_VOLUMES.put("flocker", "deprecated in v1.22, non-functional in v1.25+");
        OLD_VOLUMES.put("storageos", "deprecated in v1.22, non-functional in v1.25+");
        OLD_VOLUMES.put("quobyte", "deprecated in v1.22, non-functional in v1.25+");
        OLD_VOLUMES.put("glusterfs", "deprecated in v1.25, non-functional in v1.26+");
        OLD_VOLUMES.put("cephfs", "deprecated in v1.28, non-functional in v1.31+");
        OLD_VOLUMES.put("rbd", "deprecated in v1.28, non-functional in v1.31+");
    }

    private final List<String> found = new ArrayList<>();
    private final Field spec;
    private final Field annotations;

    private PodWarnings(Field spec, Field annotations) {
        this.spec = spec;
        this.annotations = annotations;
    }

    /** @param path of the Pod or template, empty for a Pod */
    static List<String> of(String path, Field pod) {
        Field here = new Field(path, pod.node(), pod.errors());
        PodWarnings warnings = new PodWarnings(here.get("spec"), here.at("metadata", "annotations"));
        warnings.scheduling();
        warnings.metadata();
        warnings.volumes();
        warnings.names();
        warnings.containers();
        warnings.ports();
        return warnings.found;
    }

    private void add(Field at, String text) {
        found.add(at.path() + ": " + text);
    }

    private void scheduling() {
        for (String key : spec.get("nodeSelector").keys()) {
            if (OLD_LABELS.containsKey(key)) {
                add(spec.get("nodeSelector").key(key), String.valueOf(OLD_LABELS.get(key)));
            }
        }
        String required = "requiredDuringSchedulingIgnoredDuringExecution";
        String preferred = "preferredDuringSchedulingIgnoredDuringExecution";
        Field nodes = spec.at("affinity", "nodeAffinity");
        nodes.at(required, "nodeSelectorTerms").items().forEach(term -> found.addAll(nodeTerm(term, false)));
        nodes.get(preferred).items().forEach(term -> found.addAll(nodeTerm(term.get("preference"), true)));
        for (Field constraint : spec.get("topologySpreadConstraints").items()) {
            String key = constraint.text("topologyKey");
            if (OLD_LABELS.containsKey(key)) {
                add(constraint.get("topologyKey"), key + " is " + OLD_LABELS.get(key));
            }
            noSelector(constraint);
        }
        for (String kind : List.of("podAffinity", "podAntiAffinity")) {
            Field pods = spec.at("affinity", kind);
            pods.get(required).items().forEach(this::noSelector);
            pods.get(preferred).items().forEach(term -> noSelector(term.get("podAffinityTerm")));
        }
        if (spec.get("terminationGracePeriodSeconds").number() < 0) {
            add(
                    spec.get("terminationGracePeriodSeconds"),
                    "must be >= 0; negative values are invalid and will be treated as 1");
        }
    }

    private void noSelector(Field term) {
        if (!term.has("labelSelector")) {
            add(term.get("labelSelector"), "a null labelSelector results in matching no pod");
        }
    }

    static List<String> nodeTerm(Field term, boolean values) {
        List<String> found = new ArrayList<>();
        for (Field expression : term.get("matchExpressions").items()) {
            String key = expression.text("key");
            if (OLD_LABELS.containsKey(key)) {
                found.add(expression.get("key").path() + ": " + key + " is " + OLD_LABELS.get(key));
            }
            for (Field value : values ? expression.get("values").items() : List.<Field>of()) {
                Names.labelValue(value.text())
                        .forEach(reason -> found.add(value.path() + ": " + value.text() + " is invalid, " + reason));
            }
        }
        return found;
    }

    private void metadata() {
        for (String key : annotations.keys()) {
            if (OLD_ANNOTATIONS.containsKey(key)) {
                add(annotations.key(key), String.valueOf(OLD_ANNOTATIONS.get(key)));
            }
        }
    }

    private void volumes() {
        for (Field volume : spec.get("volumes").items()) {
            OLD_VOLUMES.forEach((type, text) -> {
                if (volume.has(type)) {
                    add(volume.get(type.equals("storageos") ? "storageOS" : type), text);
                }
            });
            Field claim = volume.at("ephemeral", "volumeClaimTemplate", "spec", "resources");
            for (String kind : List.of("requests", "limits")) {
                Field amount = claim.get(kind).key("storage");
                if (isFraction(amount.node())) {
                    add(amount, fraction(amount.node()));
                }
            }
            overlaps(volume);
        }
    }

    /** A file of a volume, and what it comes from. */
    private record File(String path, String source) {
        String shown() {
            return "\"" + path + "\"" + (source.isEmpty() ? "" : " (" + source + ")");
        }

        boolean overlaps(File other) {
            return !path.isEmpty()
                    && !other.path.isEmpty()
                    && ((path + "/").startsWith(other.path + "/") || (other.path + "/").startsWith(path + "/"));
        }
    }

    private void overlaps(Field volume) {
        String name = volume.text("name");
        Field settings = volume.get("configMap");
        Field secret = volume.get("secret");
        overlaps(name, "ConfigMap \"" + settings.text("name") + "\"", files(settings, ""));
        overlaps(name, "Secret \"" + secret.text("secretName") + "\"", files(secret, ""));
        overlaps(name, "DownwardAPI", files(volume.get("downwardAPI"), ""));
        List<File> all = new ArrayList<>();
        for (Field source : volume.at("projected", "sources").items()) {
            if (source.node().isEmpty()) {
                found.add("volume \"" + name + "\" (Projected) has no sources provided");
            }
            for (String type : List.of("configMap", "secret", "downwardAPI")) {
                String shown =
                        switch (type) {
                            case "configMap" ->
                                "ConfigMap \"" + source.get(type).text("name") + "\"";
                            case "secret" -> "Secret \"" + source.get(type).text("name") + "\"";
                            default -> "DownwardAPI";
                        };
                all.addAll(files(source.get(type), shown));
            }
            if (source.has("serviceAccountToken")) {
                all.add(new File(source.get("serviceAccountToken").text("path"), "ServiceAccountToken"));
            }
        }
        overlaps(name, "Projected", all);
    }

    private static List<File> files(Field source, String shown) {
        return source.get("items").items().stream()
                .map(item -> new File(item.text("path").replaceAll("/+$", ""), shown))
                .toList();
    }

    private void overlaps(String volume, String kind, List<File> files) {
        for (int i = 0; i < files.size(); i++) {
            for (File earlier : files.subList(0, i)) {
                if (files.get(i).overlaps(earlier)) {
                    found.add("volume \"" + volume + "\" (" + kind + "): overlapping paths: "
                            + files.get(i).shown() + " with " + earlier.shown());
                }
            }
        }
    }

    private void names() {
        Set<String> addresses = new HashSet<>();
        for (Field alias : spec.get("hostAliases").items()) {
            if (!addresses.add(alias.text("ip"))) {
                add(alias.get("ip"), "duplicate ip \"" + alias.text("ip") + "\"");
            }
        }
        Set<String> secrets = new HashSet<>();
        for (Field secret : spec.get("imagePullSecrets").items()) {
            if (!secrets.add(secret.text("name"))) {
                add(secret.get("name"), "duplicate name \"" + secret.text("name") + "\"");
            }
        }
        for (Field secret : spec.get("imagePullSecrets").items()) {
            if (secret.get("name").isEmpty()) {
                add(secret.get("name"), "invalid empty name \"\"");
            }
        }
    }

    private void containers() {
        amounts(spec.get("overhead"));
        for (Field container : WindowsRules.containers(spec)) {
            amounts(container.at("resources", "limits"));
            amounts(container.at("resources", "requests"));
            Set<String> names = new HashSet<>();
            for (Field variable : container.get("env").items()) {
                String name = variable.text("name");
                String reference = "$(" + name + ")";
                String value = variable.text("value");
                boolean extended = value.contains(reference) && !value.equals(reference) && !variable.has("valueFrom");
                if (!names.add(name) && !extended) {
                    add(
                            variable,
                            "hides previous definition of \"" + name + "\", which may be dropped when using apply");
                }
            }
        }
    }

    private void amounts(Field amounts) {
        for (String name : List.of("memory", "ephemeral-storage")) {
            if (isFraction(amounts.key(name).node())) {
                add(amounts.key(name), fraction(amounts.key(name).node()));
            }
        }
    }

    static boolean isFraction(JsonNode amount) {
        return amount.isString()
                && Quantity.value(amount.asString()).stripTrailingZeros().scale() > 0;
    }

    static String fraction(JsonNode amount) {
        return "fractional byte value " + amount + " is invalid, must be an integer";
    }

    private void ports() {
        Map<String, List<Field>> seen = new HashMap<>();
        Map<String, String> names = new HashMap<>();
        List<String> aboutNames = new ArrayList<>();
        for (Field container : WindowsRules.containers(spec)) {
            for (Field port : container.get("ports").items()) {
                if (!port.get("hostIP").isEmpty() && port.get("hostPort").number() == 0) {
                    add(port, "hostIP set without hostPort: " + printed(port));
                }
                List<Field> others = seen.computeIfAbsent(
                        port.get("containerPort").number() + "/" + port.text("protocol"), k -> new ArrayList<>());
                others.forEach(other -> twice(port, other));
                others.add(port);
                String name = port.text("name");
                String first = name.isEmpty() ? null : names.putIfAbsent(name, port.path());
                if (first != null) {
                    aboutNames.add(port.path() + ": duplicate port name \"" + name + "\" with " + first
                            + ", services and probes that select ports by name will use " + first);
                }
            }
        }
        found.addAll(aboutNames);
    }

    /** As Go prints the structure. */
    private static String printed(Field port) {
        return "{Name:" + port.text("name") + " HostPort:0 ContainerPort:"
                + port.get("containerPort").number() + " Protocol:" + port.text("protocol") + " HostIP:"
                + port.text("hostIP") + "}";
    }

    private void twice(Field port, Field other) {
        long host = port.get("hostPort").number();
        long otherHost = other.get("hostPort").number();
        String address = port.text("hostIP");
        String otherAddress = other.text("hostIP");
        if (address.equals(otherAddress) && host == otherHost) {
            add(port, "duplicate port definition with " + other.path());
        } else if (host == 0 || otherHost == 0) {
            add(port, "overlapping port definition with " + other.path());
        } else if (host == otherHost && address.isEmpty() != otherAddress.isEmpty()) {
            add(port, "dangerously ambiguous port definition with " + other.path());
        }
    }
}

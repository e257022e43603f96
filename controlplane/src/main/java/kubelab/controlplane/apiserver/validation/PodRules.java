package kubelab.controlplane.apiserver.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Pods and the templates they are made from. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class PodRules {
    private static final long LATEST_DEADLINE = 2147483647L;
    private static final int MOST_NAMESERVERS = 3;
    private static final int MOST_SEARCHES = 32;
    private static final int LONGEST_SEARCHES = 2048;
    private static final String MIRROR = "kubernetes.io/config.mirror";
    private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

    private PodRules() {}

    static void create(JsonNode object, ErrorList errors) {
        Field pod = Field.root(object, errors);
        check(pod);
        Field spec = pod.get("spec");
        if (!spec.get("ephemeralContainers").isEmpty()) {
            spec.get("ephemeralContainers").forbidden("cannot be set on create");
        }
        if (!spec.get("nodeName").isEmpty() && !spec.get("schedulingGates").isEmpty()) {
            spec.get("nodeName").forbidden("cannot be set until all schedulingGates have been cleared");
        }
    }

    static void update(ObjectNode object, ObjectNode old, ErrorList errors) {
        Field pod = Field.root(object, errors);
        check(pod);
        mirrorUpdate(
                pod.at("metadata", "annotations").key(MIRROR),
                old.path("metadata").path("annotations").path(MIRROR));
        PodUpdateRules.check(pod.get("spec"), old.path("spec"));
    }

    private static void check(Field pod) {
        Field spec = pod.get("spec");
        annotations(pod.at("metadata", "annotations"), spec);
        spec(spec, pod.get("metadata").text("name"), true);
        for (String list : List.of("containers", "initContainers")) {
            spec.get(list).items().forEach(ContainerRules::image);
        }
    }

    /** A template in {@code spec.template} or wherever it is. */
    static void template(Field template) {
        Field metadata = template.get("metadata");
        // upstream leaves out a step of the path
        MetadataRules.labels(
                template.get("labels").path(), metadata.get("labels").node(), template.errors());
        Field annotations = new Field(
                template.get("annotations").path(), metadata.get("annotations").node(), template.errors());
        MetadataRules.annotations(annotations);
        annotations(annotations, template.get("spec"));
        spec(template.get("spec"), "", false);
        if (!template.at("spec", "ephemeralContainers").isEmpty()) {
            template.at("spec", "ephemeralContainers").forbidden("ephemeral containers not allowed in pod template");
        }
    }

    private static void annotations(Field annotations, Field spec) {
        Field mirror = annotations.key(MIRROR);
        if (mirror.isSet() && spec.text("nodeName").isEmpty()) {
            mirror.invalid("must set spec.nodeName if mirror pod annotation is set");
        }
        Field cost = annotations.key(DELETION_COST);
        if (cost.isSet() && !Names.isInt32(cost.text())) {
            cost.invalid("must be a 32bit integer");
        }
    }

    /** What is a mirror stays one, of the same static Pod. */
    private static void mirrorUpdate(Field mirror, JsonNode old) {
        if (old.isString() && !old.equals(mirror.node())) {
            mirror.forbidden("may not remove or update mirror pod annotation");
        } else if (!old.isString() && mirror.isSet()) {
            mirror.forbidden("may not add mirror pod annotation");
        }
    }

    private static void spec(Field spec, String podName, boolean isPod) {
        Map<String, JsonNode> volumes = VolumeRules.check(spec.get("volumes"), podName);
        ContainerRules containers = new ContainerRules(spec, volumes);
        resourceClaims(spec.get("resourceClaims"));
        containers.containers();
        containers.initContainers();
        containers.ephemeralContainers();
        if (spec.has("resources")) {
            ResourceRules.pod(spec.get("resources"), containers.claims());
        }
        hostNetwork(spec, isPod);
        spec.get("restartPolicy").requiredOneOf("Always", "OnFailure", "Never");
        spec.get("dnsPolicy").requiredOneOf("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
        MetadataRules.labels(
                spec.get("nodeSelector").path(), spec.get("nodeSelector").node(), spec.errors());
        SecurityRules.pod(spec);
        AffinityRules.check(spec.get("affinity"));
        dns(spec);
        spec.get("readinessGates").items().forEach(gate -> gate.get("conditionType")
                .name(Names::qualified));
        schedulingGates(spec.get("schedulingGates"));
        SchedulingRules.spread(spec.get("topologySpreadConstraints"));
        WindowsRules.hostProcess(spec);
        hostUsers(spec);
        spec.get("serviceAccountName").optionalName(Names::subdomain);
        spec.get("nodeName").optionalName(Names::subdomain);
        if (spec.has("activeDeadlineSeconds")) {
            spec.get("activeDeadlineSeconds").inRange(1, LATEST_DEADLINE);
        }
        spec.get("hostname").optionalName(Names::label);
        spec.get("subdomain").optionalName(Names::label);
        SchedulingRules.tolerations(spec.get("tolerations"));
        for (Field alias : spec.get("hostAliases").items()) {
            Addresses.valid(alias.get("ip").path(), alias.text("ip"), alias.errors());
            alias.get("hostnames").items().forEach(name -> name.name(Names::subdomain));
        }
        spec.get("priorityClassName").optionalName(Names::subdomain);
        if (spec.has("runtimeClassName")) {
            spec.get("runtimeClassName").name(Names::subdomain);
        }
        if (spec.has("preemptionPolicy")) {
            spec.get("preemptionPolicy").requiredOneOf("PreemptLowerPriority", "Never");
        }
        overhead(spec);
        WindowsRules.system(spec);
    }

    private static void resourceClaims(Field claims) {
        Set<String> seen = new HashSet<>();
        for (Field claim : claims.items()) {
            Field name = claim.get("name");
            if (name.isEmpty()) {
                name.required();
            } else if (!seen.add(name.text())) {
                name.duplicate(name.text());
            } else {
                name.name(Names::label);
            }
            if (claim.has("resourceClaimName") && claim.has("resourceClaimTemplateName")) {
                claim.invalid("at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified");
            } else if (!claim.has("resourceClaimName") && !claim.has("resourceClaimTemplateName")) {
                claim.invalid("must specify one of: `resourceClaimName`, `resourceClaimTemplateName`");
            }
            for (String reference : List.of("resourceClaimName", "resourceClaimTemplateName")) {
                if (claim.has(reference)) {
                    claim.get(reference).name(Names::subdomain);
                }
            }
        }
    }

    private static void hostNetwork(Field spec, boolean isPod) {
        if (!spec.flag("hostNetwork")) {
            return;
        }
        for (Field container : spec.get("containers").items()) {
            for (Field port : container.get("ports").items()) {
                long onHost = port.get("hostPort").number();
                if ((isPod || onHost != 0)
                        && onHost != port.get("containerPort").number()) {
                    port.get("hostPort").invalidNumber(onHost, "must match `containerPort` when `hostNetwork` is true");
                }
            }
        }
    }

    private static void hostUsers(Field spec) {
        if (!spec.has("hostUsers") || spec.flag("hostUsers")) {
            return;
        }
        Map<String, String> shared = Map.of("hostNetwork", "hostNetwork", "hostPID", "HostPID", "hostIPC", "HostIPC");
        shared.forEach((field, shown) -> {
            if (spec.flag(field)) {
                spec.get(field, shown).forbidden("when `hostUsers` is false");
            }
        });
        for (Field container : WindowsRules.containers(spec)) {
            if (!container.get("volumeDevices").isEmpty()) {
                container.get("volumeDevices").forbidden("when `hostUsers` is false");
            }
        }
    }

    private static void dns(Field spec) {
        Field config = spec.get("dnsConfig");
        Field servers = config.get("nameservers");
        if (spec.is("dnsPolicy", "None") && !config.isSet()) {
            config.required("must provide `dnsConfig` when `dnsPolicy` is None");
            return;
        }
        if (spec.is("dnsPolicy", "None") && servers.isEmpty()) {
            servers.required("must provide at least one DNS nameserver when `dnsPolicy` is None");
            return;
        }
        if (servers.items().size() > MOST_NAMESERVERS) {
            servers.invalid("must not have more than " + MOST_NAMESERVERS + " nameservers");
        }
        servers.items().forEach(server -> Addresses.valid(server.path(), server.text(), server.errors()));
        Field searches = config.get("searches");
        if (searches.items().size() > MOST_SEARCHES) {
            searches.invalid("must not have more than " + MOST_SEARCHES + " search paths");
        }
        int length =
                searches.items().stream().mapToInt(s -> s.text().length() + 1).sum() - 1;
        if (length > LONGEST_SEARCHES) {
            searches.invalid("must not have more than " + LONGEST_SEARCHES
                    + " characters (including spaces) in the search list");
        }
        for (Field search : searches.items()) {
            String domain = search.text().endsWith(".")
                    ? search.text().substring(0, search.text().length() - 1)
                    : search.text();
            if (!search.text().equals(".")) {
                search.errors().name(search.path(), domain, Names.subdomainWithUnderscore(domain));
            }
        }
        for (Field option : config.get("options").items()) {
            if (option.get("name").isEmpty()) {
                option.required("must not be empty");
            }
        }
    }

    private static void schedulingGates(Field gates) {
        Set<String> seen = new HashSet<>();
        for (Field gate : gates.items()) {
            String name = gate.text("name");
            gate.errors().name(gate.path(), name, Names.qualified(name));
            if (!seen.add(name)) {
                gate.duplicate(name);
            }
        }
    }

    private static void overhead(Field spec) {
        Field limits = new Field(spec.path() + ".overhead.limits", spec.node().path("overhead"), spec.errors());
        for (String name : limits.keys()) {
            ResourceRules.containerName(limits.key(name), name);
            ResourceRules.amount(limits.key(name), name);
        }
    }
}

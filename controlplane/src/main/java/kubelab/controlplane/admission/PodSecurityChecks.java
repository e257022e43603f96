package kubelab.controlplane.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the levels baseline and restricted forbid, with the words in which it is said.
 *
 * <p>Source: {@code k8s.io/pod-security-admission/policy}, 1.34. Simplified: fields for Windows, AppArmor and SELinux
 * are not checked (the course's containers have none of them).
 */
final class PodSecurityChecks {
    private static final Set<String> DEFAULT_CAPABILITIES = Set.of(
            "AUDIT_WRITE",
            "CHOWN",
            "DAC_OVERRIDE",
            "FOWNER",
            "FSETID",
            "KILL",
            "MKNOD",
            "NET_BIND_SERVICE",
            "SETFCAP",
            "SETGID",
            "SETPCAP",
            "SETUID",
            "SYS_CHROOT");
    private static final Set<String> SAFE_SYSCTLS = Set.of(
            "kernel.shm_rmid_forced",
            "net.ipv4.ip_local_port_range",
            "net.ipv4.tcp_syncookies",
            "net.ipv4.ping_group_range",
            "net.ipv4.ip_unprivileged_port_start",
            "net.ipv4.ip_local_reserved_ports",
            "net.ipv4.tcp_keepalive_time",
            "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_keepalive_intvl",
            "net.ipv4.tcp_keepalive_probes",
            "net.ipv4.tcp_rmem",
            "net.ipv4.tcp_wmem");
    private static final Set<String> RESTRICTED_VOLUMES = Set.of(
            "configMap",
            "csi",
            "downwardAPI",
            "emptyDir",
            "ephemeral",
            "image",
            "persistentVolumeClaim",
            "projected",
            "secret");

    private PodSecurityChecks() {}

    /** @param level privileged, baseline or restricted */
    static List<String> violations(String level, ObjectNode spec) {
        List<String> found = new ArrayList<>();
        boolean restricted = level.equals("restricted");
        if (!restricted && !level.equals("baseline")) {
            return found;
        }
        if (!restricted) {
            capabilities(spec, found);
        }
        hostNamespaces(spec, found);
        hostPaths(spec, found);
        hostPorts(spec, found);
        containers(
                spec,
                c -> Json.bool(c, "securityContext", "privileged"),
                "privileged",
                "must not set securityContext.privileged=true",
                found);
        containers(
                spec,
                c -> !Json.string(c, "securityContext", "procMount").isEmpty()
                        && !Json.string(c, "securityContext", "procMount").equals("Default"),
                "procMount",
                "must not set securityContext.procMount to \"Unmasked\"",
                found);
        if (!restricted) {
            unconfined(spec, found);
        }
        sysctls(spec, found);
        if (restricted) {
            restricted(spec, found);
        }
        return found;
    }

    private static void restricted(ObjectNode spec, List<String> found) {
        containers(
                spec,
                c -> Json.at(c, "securityContext", "allowPrivilegeEscalation") == null
                        || Json.bool(c, "securityContext", "allowPrivilegeEscalation"),
                "allowPrivilegeEscalation != false",
                "must set securityContext.allowPrivilegeEscalation=false",
                found);
        restrictedCapabilities(spec, found);
        List<String> volumes = new ArrayList<>();
        List<String> types = new ArrayList<>();
        for (ObjectNode volume : Json.objects(spec, "volumes")) {
            for (String type : volume.propertyNames()) {
                if (!type.equals("name") && !RESTRICTED_VOLUMES.contains(type)) {
                    volumes.add(Json.string(volume, "name"));
                    types.add(type);
                }
            }
        }
        if (!volumes.isEmpty()) {
            found.add("restricted volume types (" + plural("volume", volumes) + " "
                    + (volumes.size() == 1 ? "uses restricted volume type " : "use restricted volume types ")
                    + quoted(new ArrayList<>(new TreeSet<>(types))) + ")");
        }
        runAsNonRoot(spec, found);
        List<String> root = names(spec, c -> Json.number(c, -1, "securityContext", "runAsUser") == 0);
        boolean podRoot = Json.number(spec, -1, "securityContext", "runAsUser") == 0;
        if (podRoot || !root.isEmpty()) {
            String who = podRoot ? "pod" : "";
            String containers = root.isEmpty() ? "" : plural("container", root);
            found.add("runAsUser=0 ("
                    + (who.isEmpty() || containers.isEmpty() ? who + containers : who + " and " + containers)
                    + " must not set runAsUser=0)");
        }
        boolean podProfile = isConfined(Json.string(spec, "securityContext", "seccompProfile", "type"));
        List<String> unconfined = names(spec, c -> {
            String type = Json.string(c, "securityContext", "seccompProfile", "type");
            return type.isEmpty() ? !podProfile : !isConfined(type);
        });
        if (!unconfined.isEmpty()) {
            found.add("seccompProfile (pod or " + plural("container", unconfined)
                    + " must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")");
        }
    }

    private static void runAsNonRoot(ObjectNode spec, List<String> found) {
        boolean pod = Json.bool(spec, "securityContext", "runAsNonRoot");
        List<String> explicit = names(
                spec,
                c -> Json.at(c, "securityContext", "runAsNonRoot") != null
                        && !Json.bool(c, "securityContext", "runAsNonRoot"));
        if (!explicit.isEmpty()) {
            found.add("runAsNonRoot != true (" + plural("container", explicit)
                    + " must not set securityContext.runAsNonRoot=false)");
            return;
        }
        List<String> implicit = names(spec, c -> Json.at(c, "securityContext", "runAsNonRoot") == null && !pod);
        if (!implicit.isEmpty()) {
            found.add("runAsNonRoot != true (pod or " + plural("container", implicit)
                    + " must set securityContext.runAsNonRoot=true)");
        }
    }

    private static void restrictedCapabilities(ObjectNode spec, List<String> found) {
        List<String> notDropped = names(spec, c -> !Json.strings(c, "securityContext", "capabilities", "drop")
                .contains("ALL"));
        Set<String> added = new TreeSet<>();
        List<String> adding = names(spec, c -> {
            List<String> extra = Json.strings(c, "securityContext", "capabilities", "add").stream()
                    .filter(a -> !a.equals("NET_BIND_SERVICE"))
                    .toList();
            added.addAll(extra);
            return !extra.isEmpty();
        });
        List<String> parts = new ArrayList<>();
        if (!notDropped.isEmpty()) {
            parts.add(plural("container", notDropped) + " must set securityContext.capabilities.drop=[\"ALL\"]");
        }
        if (!adding.isEmpty()) {
            parts.add(plural("container", adding) + " must not include " + quoted(new ArrayList<>(added))
                    + " in securityContext.capabilities.add");
        }
        if (!parts.isEmpty()) {
            found.add("unrestricted capabilities (" + String.join("; ", parts) + ")");
        }
    }

    private static void capabilities(ObjectNode spec, List<String> found) {
        Set<String> extra = new TreeSet<>();
        List<String> who = names(spec, c -> {
            List<String> unusual = Json.strings(c, "securityContext", "capabilities", "add").stream()
                    .filter(a -> !DEFAULT_CAPABILITIES.contains(a))
                    .toList();
            extra.addAll(unusual);
            return !unusual.isEmpty();
        });
        if (!who.isEmpty()) {
            found.add("non-default capabilities (" + plural("container", who) + " must not include "
                    + quoted(new ArrayList<>(extra)) + " in securityContext.capabilities.add)");
        }
    }

    private static void hostNamespaces(ObjectNode spec, List<String> found) {
        List<String> shared = new ArrayList<>();
        for (String field : List.of("hostNetwork", "hostPID", "hostIPC")) {
            if (Json.bool(spec, field)) {
                shared.add(field + "=true");
            }
        }
        if (!shared.isEmpty()) {
            found.add("host namespaces (" + String.join(", ", shared) + ")");
        }
    }

    private static void hostPaths(ObjectNode spec, List<String> found) {
        List<String> volumes = Json.objects(spec, "volumes").stream()
                .filter(v -> v.has("hostPath"))
                .map(v -> Json.string(v, "name"))
                .toList();
        if (!volumes.isEmpty()) {
            found.add("hostPath volumes (" + plural("volume", volumes) + ")");
        }
    }

    private static void hostPorts(ObjectNode spec, List<String> found) {
        Set<Long> ports = new TreeSet<>();
        List<String> who = names(spec, c -> {
            List<Long> used = Json.objects(c, "ports").stream()
                    .map(p -> Json.number(p, 0, "hostPort"))
                    .filter(p -> p != 0)
                    .toList();
            ports.addAll(used);
            return !used.isEmpty();
        });
        if (!who.isEmpty()) {
            String list = ports.stream().map(String::valueOf).collect(Collectors.joining(", "));
            found.add("hostPort (" + plural("container", who) + (who.size() == 1 ? " uses " : " use ")
                    + (ports.size() == 1 ? "hostPort " : "hostPorts ") + list + ")");
        }
    }

    private static void unconfined(ObjectNode spec, List<String> found) {
        List<String> who = names(spec, c -> Json.string(c, "securityContext", "seccompProfile", "type")
                .equals("Unconfined"));
        boolean pod =
                Json.string(spec, "securityContext", "seccompProfile", "type").equals("Unconfined");
        if (pod || !who.isEmpty()) {
            String containers = who.isEmpty() ? "" : plural("container", who);
            String subject = pod && !containers.isEmpty() ? "pod and " + containers : pod ? "pod" : containers;
            found.add("seccompProfile (" + subject
                    + " must not set securityContext.seccompProfile.type to \"Unconfined\")");
        }
    }

    private static void sysctls(ObjectNode spec, List<String> found) {
        List<String> unsafe = Json.objects(spec, "securityContext", "sysctls").stream()
                .map(s -> Json.string(s, "name"))
                .filter(n -> !SAFE_SYSCTLS.contains(n))
                .toList();
        if (!unsafe.isEmpty()) {
            found.add("forbidden sysctls (" + String.join(", ", unsafe) + ")");
        }
    }

    private static void containers(
            ObjectNode spec, Predicate<ObjectNode> bad, String what, String must, List<String> found) {
        List<String> who = names(spec, bad);
        if (!who.isEmpty()) {
            found.add(what + " (" + plural("container", who) + " " + must + ")");
        }
    }

    private static List<String> names(ObjectNode spec, Predicate<ObjectNode> which) {
        List<String> names = new ArrayList<>();
        for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
            Json.objects(spec, list).stream()
                    .filter(which)
                    .map(c -> Json.string(c, "name"))
                    .forEach(names::add);
        }
        return names;
    }

    private static boolean isConfined(String type) {
        return type.equals("RuntimeDefault") || type.equals("Localhost");
    }

    private static String plural(String word, List<String> names) {
        return word + (names.size() == 1 ? " " : "s ") + quoted(names);
    }

    private static String quoted(List<String> names) {
        return names.stream().map(n -> "\"" + n + "\"").collect(Collectors.joining(", "));
    }
}

package kubelab.controlplane.apiserver.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is only for Windows, or not for it. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class WindowsRules {
    private static final int LONGEST_DOMAIN = 255;
    private static final int LONGEST_USER = 104;
    private static final int LONGEST_SPEC_KIB = 64;
    private static final List<String> NOT_IN_POD = List.of("hostUsers", "hostPID", "hostIPC", "shareProcessNamespace");
    private static final List<String> NOT_IN_POD_CONTEXT = List.of(
            "appArmorProfile",
            "seLinuxOptions",
            "seccompProfile",
            "fsGroup",
            "fsGroupChangePolicy",
            "sysctls",
            "runAsUser",
            "runAsGroup",
            "supplementalGroups",
            "supplementalGroupsPolicy",
            "seLinuxChangePolicy");
    private static final List<String> NOT_IN_CONTAINER = List.of(
            "appArmorProfile",
            "seLinuxOptions",
            "seccompProfile",
            "capabilities",
            "readOnlyRootFilesystem",
            "privileged",
            "allowPrivilegeEscalation",
            "procMount",
            "runAsUser",
            "runAsGroup");
    private static final Map<String, String> SYSTEMS = Map.of("linux", "linux", "windows", "windows");

    private WindowsRules() {}

    static void options(Field options) {
        if (options.has("gmsaCredentialSpecName")) {
            options.get("gmsaCredentialSpecName").name(Names::subdomain);
        }
        Field credentials = options.get("gmsaCredentialSpec");
        if (credentials.isSet() && credentials.isEmpty()) {
            credentials.invalid("gmsaCredentialSpec cannot be an empty string");
        } else if (credentials.text().length() > LONGEST_SPEC_KIB * 1024) {
            credentials.invalid("gmsaCredentialSpec size must be under " + LONGEST_SPEC_KIB + " KiB");
        }
        if (options.has("runAsUserName")) {
            user(options.get("runAsUserName"));
        }
    }

    private static void user(Field name) {
        String[] parts = name.text().split("\\\\", -1);
        if (name.isEmpty()) {
            name.invalid("runAsUserName cannot be an empty string");
            return;
        }
        if (name.text().chars().anyMatch(Character::isISOControl)) {
            name.invalid("runAsUserName cannot contain control characters");
            return;
        }
        if (parts.length > 2) {
            name.invalid("runAsUserName cannot contain more than one backslash");
            return;
        }
        String user = parts[parts.length - 1];
        if (parts.length == 2 && parts[0].length() > LONGEST_DOMAIN) {
            name.invalid("runAsUserName's Domain length must be under " + (LONGEST_DOMAIN + 1) + " characters");
        }
        if (parts.length == 2
                && !parts[0].matches("[^\\\\/:*?\"<>|.][^\\\\/:*?\"<>|]{0,14}")
                && !parts[0].matches("[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}"
                        + "[a-zA-Z0-9])?)*")) {
            name.invalid("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
        }
        if (user.isEmpty()) {
            name.invalid("runAsUserName's User cannot be empty");
        } else if (user.length() > LONGEST_USER) {
            name.invalid("runAsUserName's User length must not be longer than " + LONGEST_USER + " characters");
        }
        if (user.matches("[. ]+")) {
            name.invalid("runAsUserName's User cannot contain only periods or spaces");
        }
        if (user.chars().anyMatch(c -> "\"/\\:;|=,+*?<>@[]".indexOf(c) >= 0)) {
            name.invalid("runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]");
        }
    }

    /** Containers that run as processes of a Windows node. */
    static void hostProcess(Field spec) {
        Field ofPod = spec.at("securityContext", "windowsOptions", "hostProcess");
        List<Field> containers = containers(spec);
        long onHost = containers.stream()
                .filter(container -> {
                    Field own = container.at("securityContext", "windowsOptions", "hostProcess");
                    if (own.isSet() && ofPod.isSet() && own.flag() != ofPod.flag()) {
                        own.invalid(
                                "pod hostProcess value must be identical if both are specified, was " + ofPod.flag());
                    }
                    return own.isSet() ? own.flag() : ofPod.flag();
                })
                .count();
        if (onHost > 0 && onHost != containers.size()) {
            spec.invalid(
                    "",
                    "If pod contains any hostProcess containers then all containers must be HostProcess containers");
        }
        if (onHost > 0 && !spec.flag("hostNetwork")) {
            spec.errors()
                    .invalidObject(
                            spec.get("hostNetwork").path(),
                            "false",
                            "hostNetwork must be true if pod contains any hostProcess containers");
        }
    }

    /** What the Pod's {@code os} does not go with. */
    static void system(Field spec) {
        Field os = spec.get("os");
        if (!os.isSet()) {
            return;
        }
        if (os.get("name").isEmpty()) {
            os.get("name").required();
        } else if (!SYSTEMS.containsKey(os.text("name"))) {
            os.errors().unsupported(os.path(), os.get("name").node().toString(), "linux", "windows");
        } else if (os.is("name", "linux")) {
            noOptions(spec.get("securityContext"));
            containers(spec).forEach(container -> noOptions(container.get("securityContext")));
        } else {
            forbid(spec, NOT_IN_POD);
            forbid(spec.get("securityContext"), NOT_IN_POD_CONTEXT);
            containers(spec).forEach(container -> forbid(container.get("securityContext"), NOT_IN_CONTAINER));
        }
    }

    private static void noOptions(Field context) {
        if (context.has("windowsOptions")) {
            context.get("windowsOptions").forbidden("windows options cannot be set for a linux pod");
        }
    }

    private static void forbid(Field owner, List<String> fields) {
        for (String field : fields) {
            if (owner.has(field)) {
                owner.get(field).forbidden("cannot be set for a windows pod");
            }
        }
    }

    static List<Field> containers(Field spec) {
        List<Field> all = new ArrayList<>(spec.get("initContainers").items());
        all.addAll(spec.get("containers").items());
        all.addAll(spec.get("ephemeralContainers").items());
        return all;
    }
}

package kubelab.controlplane.apiserver.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Security contexts of Pods and containers. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class SecurityRules {
    private static final long MAX_ID = 2147483647L;
    private static final int LONGEST_SYSCTL = 253;
    private static final Pattern SYSCTL =
            Pattern.compile("^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$");
    private static final int LONGEST_PROFILE = 4095;
    private static final List<String> SHARED_IPC = List.of("kernel.sem", "kernel.shm", "kernel.msg", "fs.mqueue.");

    private SecurityRules() {}

    static void pod(Field spec) {
        Field context = spec.get("securityContext");
        for (String field : List.of("fsGroup", "runAsUser", "runAsGroup")) {
            id(context.get(field));
        }
        context.get("supplementalGroups").items().forEach(SecurityRules::id);
        Field share = new Field(
                context.get("shareProcessNamespace").path(),
                spec.get("shareProcessNamespace").node(),
                spec.errors());
        if (share.flag() && spec.flag("hostPID")) {
            share.invalid("ShareProcessNamespace and HostPID cannot both be enabled");
        }
        sysctls(spec, context.get("sysctls"));
        context.get("fsGroupChangePolicy").optionallyOneOf("Always", "OnRootMismatch");
        seccomp(context.get("seccompProfile"));
        WindowsRules.options(context.get("windowsOptions"));
        appArmor(context.get("appArmorProfile"));
        context.get("supplementalGroupsPolicy").optionallyOneOf("Merge", "Strict");
        context.get("seLinuxChangePolicy").optionallyOneOf("Recursive");
    }

    static void container(Field context, boolean hostUsers) {
        id(context.get("runAsUser"));
        id(context.get("runAsGroup"));
        Field procMount = context.get("procMount");
        if (procMount.isSet()) {
            procMount.oneOf("Default", "Unmasked");
            if (hostUsers && procMount.text().equals("Unmasked")) {
                procMount.invalid("`hostUsers` must be false to use `Unmasked`");
            }
        }
        seccomp(context.get("seccompProfile"));
        if (context.has("allowPrivilegeEscalation") && !context.flag("allowPrivilegeEscalation")) {
            if (context.flag("privileged")) {
                context.invalid("cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
            }
            for (Field capability : context.at("capabilities", "add").items()) {
                if (capability.text().equals("CAP_SYS_ADMIN")) {
                    context.invalid(
                            "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
                }
            }
        }
        WindowsRules.options(context.get("windowsOptions"));
        appArmor(context.get("appArmorProfile"));
    }

    private static void id(Field id) {
        if (id.isSet()) {
            id.inRange(0, MAX_ID);
        }
    }

    private static void sysctls(Field spec, Field sysctls) {
        Set<String> seen = new HashSet<>();
        for (Field sysctl : sysctls.items()) {
            Field name = sysctl.get("name");
            String text = name.text();
            if (text.isEmpty()) {
                name.required();
            } else if (text.length() > LONGEST_SYSCTL || !SYSCTL.matcher(text).matches()) {
                name.invalid("must have at most " + LONGEST_SYSCTL + " characters and match regex " + SYSCTL);
            } else if (seen.contains(text)) {
                name.duplicate(text);
            }
            seen.add(text);
            String dotted = text.replace('/', '.');
            if (spec.flag("hostNetwork") && dotted.startsWith("net.")) {
                name.invalid("may not be specified when 'hostNetwork' is true");
            } else if (spec.flag("hostIPC") && SHARED_IPC.stream().anyMatch(dotted::startsWith)) {
                name.invalid("may not be specified when 'hostIPC' is true");
            }
        }
    }

    private static void seccomp(Field profile) {
        if (!profile.isSet()) {
            return;
        }
        Field type = profile.get("type");
        if (type.isEmpty()) {
            type.required("type is required when seccompProfile is set");
        } else {
            type.oneOf("Localhost", "RuntimeDefault", "Unconfined");
        }
        Field local = profile.get("localhostProfile");
        if (type.text().equals("Localhost")) {
            if (local.isSet()) {
                Paths.descending(local);
            } else {
                local.required("must be set when seccomp type is Localhost");
            }
        } else if (local.isSet()) {
            // upstream prints the whole profile
            local.errors().invalid(local.path(), profile.node(), "can only be set when seccomp type is Localhost");
        }
    }

    private static void appArmor(Field profile) {
        if (!profile.isSet()) {
            return;
        }
        Field type = profile.get("type");
        Field local = profile.get("localhostProfile");
        switch (type.text()) {
            case "Localhost" -> {
                if (!local.isSet() || local.text().isEmpty()) {
                    local.required("must be set when AppArmor type is Localhost");
                } else if (!local.text().strip().equals(local.text())) {
                    local.invalid("must not be padded with whitespace");
                }
                if (local.text().length() > LONGEST_PROFILE) {
                    local.tooLong(LONGEST_PROFILE);
                }
            }
            case "RuntimeDefault", "Unconfined" -> {
                if (local.isSet()) {
                    local.invalid("can only be set when AppArmor type is Localhost");
                }
            }
            case "" -> type.required("type is required when appArmorProfile is set");
            default -> type.unsupported("Localhost", "RuntimeDefault", "Unconfined");
        }
    }
}

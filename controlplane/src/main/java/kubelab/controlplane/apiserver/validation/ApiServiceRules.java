package kubelab.controlplane.apiserver.validation;

import java.util.Base64;

/** Source: k8s.io/kube-aggregator/pkg/apis/apiregistration/validation (1.34). */
final class ApiServiceRules {
    private static final int HIGHEST_GROUP = 20_000;
    private static final int HIGHEST_VERSION = 1_000;

    private ApiServiceRules() {}

    static void check(Field apiService) {
        Field spec = apiService.get("spec");
        String group = spec.text("group");
        String version = spec.text("version");
        String required = version + "." + group;
        Field name = apiService.at("metadata", "name");
        if (!name.isEmpty() && !name.text().equals(required)) {
            name.invalid("must be `spec.version+\".\"+spec.group`: \"" + required + "\"");
        }
        if (group.isEmpty() && !version.equals("v1")) {
            spec.get("group").required("only v1 may have an empty group and it better be legacy kube");
        }
        if (!group.isEmpty()) {
            Names.subdomain(group).forEach(spec.get("group")::invalid);
        }
        Names.label1035(version).forEach(why -> spec.get("version").invalid(version, why));
        priority(spec.get("groupPriorityMinimum"), HIGHEST_GROUP);
        priority(spec.get("versionPriority"), HIGHEST_VERSION);
        if (spec.has("service")) {
            remote(spec);
        } else {
            local(spec);
        }
    }

    private static void priority(Field field, int highest) {
        if (field.number() <= 0 || field.number() > highest) {
            field.invalidNumber(field.number(), "must be positive and less than " + highest);
        }
    }

    private static void local(Field spec) {
        Field bundle = spec.get("caBundle");
        if (!bundle.isEmpty()) {
            int bytes = Base64.getMimeDecoder().decode(bundle.text()).length;
            bundle.invalid(bytes + " bytes", "local APIServices may not have a caBundle");
        }
        if (spec.flag("insecureSkipTLSVerify")) {
            spec.get("insecureSkipTLSVerify").invalid("local APIServices may not have insecureSkipTLSVerify");
        }
    }

    private static void remote(Field spec) {
        Field service = spec.get("service");
        if (service.text("namespace").isEmpty()) {
            service.get("namespace").required();
        }
        if (service.text("name").isEmpty()) {
            service.get("name").required();
        }
        Field port = service.get("port");
        if (port.number() < 1 || port.number() > 65_535) {
            port.invalidNumber(port.number(), "port is not valid: must be between 1 and 65535, inclusive");
        }
        if (spec.flag("insecureSkipTLSVerify") && !spec.get("caBundle").isEmpty()) {
            spec.get("insecureSkipTLSVerify").invalid("may not be true if caBundle is present");
        }
    }
}

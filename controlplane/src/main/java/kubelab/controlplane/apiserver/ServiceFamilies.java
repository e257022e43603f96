package kubelab.controlplane.apiserver;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import kubelab.controlplane.apiserver.ApiException.Cause;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code clusterIP} with {@code clusterIPs}, {@code ipFamilies} and {@code ipFamilyPolicy}: four fields that say one
 * thing. Refuses what does not agree before an address is given out, and fills in what was left out.
 *
 * <p>Source: normalizeClusterIPs and initIPFamilyFields in pkg/registry/core/service/storage, release 1.34.
 */
final class ServiceFamilies {
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F]*:[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

    private final AdmissionRequest request;
    private final List<Cause> causes = new ArrayList<>();

    ServiceFamilies(AdmissionRequest request) {
        this.request = request;
    }

    /** Whoever knows only the older field changes both. */
    static void sync(ObjectNode spec, @Nullable ObjectNode before) {
        String address = Json.string(spec, "clusterIP");
        List<String> all = Json.strings(spec, "clusterIPs");
        if (before == null) {
            if (!address.isEmpty() && all.isEmpty()) {
                spec.putArray("clusterIPs").add(address);
            }
            return;
        }
        boolean changed = !address.equals(Json.string(before, "clusterIP"));
        boolean listChanged = !all.equals(Json.strings(before, "clusterIPs"));
        if (changed && !listChanged || !address.isEmpty() && all.isEmpty()) {
            spec.remove("clusterIPs");
            if (!address.isEmpty()) {
                spec.putArray("clusterIPs").add(address);
            }
        }
    }

    /** @throws ApiException Invalid, with everything that does not fit */
    void complete(ObjectNode spec, @Nullable ObjectNode before) {
        boolean headless = Json.string(spec, "clusterIP").equals("None");
        boolean free = headless && isEmpty(spec.path("selector"));
        if (Json.string(spec, "ipFamilyPolicy").isEmpty()) {
            String old = before == null ? "" : Json.string(before, "ipFamilyPolicy");
            // Nobody knows what will stand behind it: perhaps both families.
            spec.put("ipFamilyPolicy", !old.isEmpty() ? old : free ? "RequireDualStack" : "SingleStack");
        }
        checkAddresses(spec);
        fail();
        boolean single = Json.string(spec, "ipFamilyPolicy").equals("SingleStack");
        if (Json.items(spec, "ipFamilies").isEmpty()) {
            JsonNode old = before == null ? null : before.get("ipFamilies");
            if (old == null) {
                spec.putArray("ipFamilies").add("IPv4");
            } else {
                spec.set("ipFamilies", old.deepCopy());
            }
        }
        if (free) {
            if (!single && Json.items(spec, "ipFamilies").size() == 1) {
                spec.withArray("ipFamilies")
                        .add(Json.strings(spec, "ipFamilies").get(0).equals("IPv4") ? "IPv6" : "IPv4");
            }
            return;
        }
        if (Json.string(spec, "ipFamilyPolicy").equals("RequireDualStack")) {
            invalid(
                    "spec.ipFamilyPolicy",
                    "\"RequireDualStack\"",
                    "this cluster is not configured for dual-stack services");
        }
        List<String> families = Json.strings(spec, "ipFamilies");
        for (int i = 0; i < families.size(); i++) {
            if (families.get(i).equals("IPv6")) {
                invalid("spec.ipFamilies[" + i + "]", "\"IPv6\"", "not configured on this cluster");
            }
        }
        fail();
    }

    private void checkAddresses(ObjectNode spec) {
        String type = Json.string(spec, "type");
        String address = Json.string(spec, "clusterIP");
        List<String> all = Json.strings(spec, "clusterIPs");
        List<String> families = Json.strings(spec, "ipFamilies");
        for (int i = 0; i < families.size(); i++) {
            if (!families.get(i).equals("IPv4") && !families.get(i).equals("IPv6")) {
                causes.add(new Cause(
                        "FieldValueNotSupported",
                        "Unsupported value: \"" + families.get(i) + "\": supported values: \"IPv4\", \"IPv6\"",
                        "spec.ipFamilies[" + i + "]"));
            } else if (families.indexOf(families.get(i)) < i) {
                causes.add(new Cause(
                        "FieldValueDuplicate",
                        "Duplicate value: \"" + families.get(i) + "\"",
                        "spec.ipFamilies[" + i + "]"));
            }
        }
        String policy = Json.string(spec, "ipFamilyPolicy");
        if (!List.of("", "PreferDualStack", "RequireDualStack", "SingleStack").contains(policy)) {
            causes.add(new Cause(
                    "FieldValueNotSupported",
                    "Unsupported value: \"" + policy
                            + "\": supported values: \"PreferDualStack\", \"RequireDualStack\", \"SingleStack\"",
                    "spec.ipFamilyPolicy"));
        }
        if (address.isEmpty() && !all.isEmpty()) {
            invalid("spec.clusterIPs", list(all), "must be empty when `clusterIP` is not specified");
        } else if (!all.isEmpty() && !all.get(0).equals(address)) {
            invalid("spec.clusterIPs", list(all), "first value must match `clusterIP`");
        }
        for (int i = 0; i < all.size(); i++) {
            String each = all.get(i);
            String field = "spec.clusterIPs[" + i + "]";
            if (each.equals("None")) {
                if (type.equals("NodePort") || type.equals("LoadBalancer")) {
                    invalid(field, "\"None\"", "may not be set to 'None' for " + type + " services");
                }
            } else if (IPV6.matcher(each).matches()) {
                invalid(field, list(all), "IPv6 is not configured on this cluster");
            } else if (!IPV4.matcher(each).matches()) {
                invalid(field, "\"" + each + "\"", "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
            }
        }
    }

    private static boolean isEmpty(JsonNode selector) {
        return selector.isMissingNode() || selector.isNull() || selector.isEmpty();
    }

    private static String list(List<String> values) {
        return Json.MAPPER.valueToTree(values).toString();
    }

    private void invalid(String field, String value, String detail) {
        causes.add(new Cause("FieldValueInvalid", "Invalid value: " + value + ": " + detail, field));
    }

    private void fail() {
        if (!causes.isEmpty()) {
            throw ApiException.invalid(request.resource(), request.name(), causes);
        }
    }
}

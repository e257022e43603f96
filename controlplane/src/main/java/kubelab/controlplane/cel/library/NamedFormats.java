package kubelab.controlplane.cel.library;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import kubelab.controlplane.apiserver.structural.Formats;
import kubelab.controlplane.apiserver.validation.Names;
import org.jspecify.annotations.Nullable;

/** Formats that have names: {@code format.dns1123Label().validate(…)}. Source: k8s.io/apiserver/pkg/cel/library/format.go (1.34). */
final class NamedFormats {
    private static final OpaqueType FORMAT = OpaqueType.create("kubernetes.NamedFormat");
    private static final Map<String, Format> FORMATS = new LinkedHashMap<>();

    /** @param check from a text to what is wrong with it */
    record Format(String name, Function<String, List<String>> check) {}

    static {
        put("dns1123Label", Names::label);
        put("dns1123Subdomain", Names::subdomain);
        put("dns1035Label", Names::label1035);
        put("qualifiedName", Names::qualified);
        put("dns1123LabelPrefix", prefix(Names::label));
        put("dns1123SubdomainPrefix", prefix(Names::subdomain));
        put("dns1035LabelPrefix", prefix(Names::label1035));
        put("labelValue", Names::labelValue);
        put("uri", fits("uri", "invalid URI for request"));
        put("uuid", fits("uuid", "does not match the UUID format"));
        put("byte", fits("byte", "invalid base64"));
        put("date", fits("date", "invalid date"));
        put("datetime", fits("datetime", "invalid datetime"));
    }

    private NamedFormats() {}

    static void addTo(Functions functions) {
        CelType string = SimpleType.STRING;
        functions.member("validate", OptionalType.create(ListType.create(string)), List.of(FORMAT, string), args -> {
            List<String> wrong = ((Format) args[0]).check.apply((String) args[1]);
            return wrong.isEmpty() ? Optional.empty() : Optional.of(wrong);
        });
        functions.global("format.named", OptionalType.create(FORMAT), List.of(string), args -> {
            @Nullable Format known = FORMATS.get((String) args[0]);
            return Optional.ofNullable(known);
        });
        FORMATS.forEach((name, format) -> functions.global("format." + name, FORMAT, List.of(), args -> format));
    }

    private static void put(String name, Function<String, List<String>> check) {
        FORMATS.put(name, new Format(name, check));
    }

    /** What stands in front of a generated part may end with a dash. */
    private static Function<String, List<String>> prefix(Function<String, List<String>> whole) {
        return text -> whole.apply(text.endsWith("-") ? text.substring(0, text.length() - 1) + "a" : text);
    }

    private static Function<String, List<String>> fits(String format, String otherwise) {
        return text -> Formats.fits(format, text) ? List.of() : List.of(otherwise);
    }
}

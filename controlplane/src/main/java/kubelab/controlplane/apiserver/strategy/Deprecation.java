package kubelab.controlplane.apiserver.strategy;

import java.util.Comparator;
import java.util.Optional;
import kubelab.controlplane.apiserver.structural.CustomDefinition;
import kubelab.controlplane.json.Json;

/** What clients of a deprecated version of a custom resource are told. Source: customresource_handler.go (1.34). */
final class Deprecation {
    /** v2 before v1 before v1beta1. Source: k8s.io/apimachinery/pkg/version. */
    private static final Comparator<String> BY_PRIORITY = Comparator.comparingInt(Deprecation::stability)
            .thenComparingInt(version -> number(version, 0))
            .thenComparingInt(version -> number(version, 1));

    private Deprecation() {}

    /** Names the newest version that is better, if there is one. */
    static String warning(CustomDefinition.Version version) {
        Optional<String> better = version.definition().versions().stream()
                .filter(other -> other.served() && !Json.bool(other.json(), "deprecated"))
                .map(CustomDefinition.Version::name)
                .filter(name -> BY_PRIORITY.compare(name, version.name()) > 0)
                .max(BY_PRIORITY);
        return kind(version, version.name()) + " is deprecated"
                + better.map(name -> "; use " + kind(version, name)).orElse("");
    }

    private static String kind(CustomDefinition.Version version, String name) {
        CustomDefinition definition = version.definition();
        return definition.group() + "/" + name + " " + Json.string(definition.names(), "kind");
    }

    private static int stability(String version) {
        if (!version.matches("v\\d+((alpha|beta)\\d+)?")) {
            return -1;
        }
        return version.contains("alpha") ? 0 : version.contains("beta") ? 1 : 2;
    }

    private static int number(String version, int which) {
        String[] numbers = version.replaceFirst("^v", "").split("alpha|beta");
        return which < numbers.length && numbers[which].matches("\\d{1,9}") ? Integer.parseInt(numbers[which]) : 0;
    }
}

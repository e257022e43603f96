package kubelab.controlplane.apiserver.strategy;

import java.util.Optional;
import kubelab.controlplane.apiserver.structural.CustomDefinition;
import kubelab.controlplane.json.Json;

/** What clients of a deprecated version of a custom resource are told. Source: customresource_handler.go (1.34). */
final class Deprecation {
    private Deprecation() {}

    /** Names the newest version that is better, if there is one. */
    static String warning(CustomDefinition.Version version) {
        Optional<String> better = version.definition().versions().stream()
                .filter(other -> other.served() && !Json.bool(other.json(), "deprecated"))
                .map(CustomDefinition.Version::name)
                .filter(name -> VersionOrder.BEST_FIRST.compare(name, version.name()) < 0)
                .min(VersionOrder.BEST_FIRST);
        return kind(version, version.name()) + " is deprecated"
                + better.map(name -> "; use " + kind(version, name)).orElse("");
    }

    private static String kind(CustomDefinition.Version version, String name) {
        CustomDefinition definition = version.definition();
        return definition.group() + "/" + name + " " + Json.string(definition.names(), "kind");
    }
}

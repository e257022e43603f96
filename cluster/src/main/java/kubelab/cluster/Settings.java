package kubelab.cluster;

import java.util.Optional;

/** Settings that come from a system property or, failing that, from the environment. */
final class Settings {
    private Settings() {}

    static Optional<String> value(String property, String variable) {
        return Optional.ofNullable(System.getProperty(property))
                .or(() -> Optional.ofNullable(System.getenv(variable)))
                .map(String::strip)
                .filter(v -> !v.isEmpty());
    }
}

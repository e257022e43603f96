package kubelab.controlplane.apiserver.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Volumes put together from several sources. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class ProjectedRules {
    private static final long SHORTEST_TOKEN = 600;
    private static final long LONGEST_TOKEN = 1L << 32;

    private final Field volume;
    private final Set<String> paths = new HashSet<>();

    private ProjectedRules(Field volume) {
        this.volume = volume;
    }

    static void check(Field volume) {
        Paths.mode(volume.get("defaultMode"));
        ProjectedRules rules = new ProjectedRules(volume);
        volume.get("sources").items().forEach(rules::source);
    }

    private void source(Field source) {
        int types = 0;
        for (String type : List.of("secret", "configMap")) {
            if (source.has(type)) {
                types++;
                files(source.get(type));
            }
        }
        if (source.has("downwardAPI")) {
            types++;
            for (Field item : source.at("downwardAPI", "items").items()) {
                VolumeRules.downwardFile(item, source.get("downwardAPI"));
                once(item.text("path"), item.text("path"));
            }
        }
        if (source.has("serviceAccountToken")) {
            types++;
            token(source.get("serviceAccountToken"));
        }
        if (types > 1) {
            source.forbidden("may not specify more than 1 volume type per source");
        }
    }

    private void files(Field source) {
        source.needs("name");
        for (Field item : source.get("items").items()) {
            VolumeRules.item(item);
            once(item.text("path"), source.text("name"));
        }
    }

    private void token(Field token) {
        Field seconds = token.get("expirationSeconds");
        if (seconds.number() < SHORTEST_TOKEN) {
            seconds.invalidNumber(seconds.number(), "may not specify a duration less than 10 minutes");
        } else if (seconds.number() > LONGEST_TOKEN) {
            seconds.invalidNumber(seconds.number(), "may not specify a duration larger than 2^32 seconds");
        }
        Field path = new Field(volume.get("path").path(), token.node().path("path"), token.errors());
        if (path.isEmpty()) {
            path.required();
        } else {
            Paths.notReserved(path);
        }
    }

    private void once(String path, String shown) {
        if (!path.isEmpty() && !paths.add(path)) {
            volume.invalid(shown, "conflicting duplicate paths");
        }
    }
}

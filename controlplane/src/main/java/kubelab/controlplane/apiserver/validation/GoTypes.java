package kubelab.controlplane.apiserver.validation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import kubelab.controlplane.apiserver.openapi.Schema;

/** The names that strings and maps have in upstream's Go structures, which its messages about wrong types print. */
final class GoTypes {
    private static final String PREFIX = "io.k8s.api.";

    private GoTypes() {}

    /** Read when the first wrong type is met. */
    private static final class Names {
        static final Map<String, String> BY_FIELD = read();

        private static Map<String, String> read() {
            Map<String, String> names = new HashMap<>();
            try (InputStream in =
                    Objects.requireNonNull(Schema.class.getResourceAsStream("go-types.txt"), "go-types.txt")) {
                new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> !line.startsWith("#"))
                        .map(line -> line.split(" "))
                        .forEach(parts -> names.put(PREFIX + parts[0] + " " + parts[1], parts[2]));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return names;
        }
    }

    /** @return e.g. {@code v1.PullPolicy}, or {@code otherwise} when the field's type has no name */
    static String of(String struct, String field, String otherwise) {
        return Names.BY_FIELD.getOrDefault(struct + " " + field, otherwise);
    }
}

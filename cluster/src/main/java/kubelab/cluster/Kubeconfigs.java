package kubelab.cluster;

import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The user's kubeconfig files (the default one, or what {@code KUBECONFIG} names). */
final class Kubeconfigs {
    private Kubeconfigs() {}

    /** The names of all contexts, in the order of the files. */
    static List<String> contexts() {
        List<String> names = new ArrayList<>();
        for (Path file : files()) {
            parse(file).getContexts().stream().map(NamedContext::getName).forEach(names::add);
        }
        return names;
    }

    /** The file that has the context, with that context as the current one. */
    static String withContext(String context) {
        for (Path file : files()) {
            Config config = parse(file);
            if (config.getContexts().stream().anyMatch(c -> context.equals(c.getName()))) {
                config.setCurrentContext(context);
                return Serialization.asYaml(config);
            }
        }
        throw new IllegalArgumentException("no kubeconfig file has the context " + context);
    }

    private static List<Path> files() {
        return io.fabric8.kubernetes.client.Config.getKubeconfigFilenames().stream()
                .map(Path::of)
                .filter(Files::isReadable)
                .toList();
    }

    private static Config parse(Path file) {
        try {
            return Serialization.unmarshal(Files.readString(file), Config.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

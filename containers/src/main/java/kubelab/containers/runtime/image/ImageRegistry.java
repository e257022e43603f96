package kubelab.containers.runtime.image;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import kubelab.containers.runtime.ImagePullException;
import kubelab.containers.runtime.kernel.Program;
import org.jspecify.annotations.Nullable;

/**
 * All images there are. One for a whole cluster: an image is made when it is first asked for. What is not here
 * itself may be simulated by what is: see {@link ImageFamily} and docs/images.adoc. All nodes ask it at once; no
 * image is made while its monitor is held.
 */
public final class ImageRegistry {
    private final Map<String, Supplier<ContainerImage>> known = new LinkedHashMap<>();
    private final Map<String, ContainerImage> made = new ConcurrentHashMap<>();

    public ImageRegistry() {
        StandardImages.all().forEach(known::put);
    }

    /** Adds an image, or replaces one. @param name in any form */
    public void register(String name, Supplier<ContainerImage> image) {
        String full = ImageName.canonical(name);
        made.remove(full);
        synchronized (known) {
            known.put(full, image);
        }
    }

    public Optional<ContainerImage> find(String name) {
        String full = ImageName.canonical(name);
        ContainerImage here = made.get(full);
        if (here != null) {
            return Optional.of(here);
        }
        Optional<ContainerImage> exact = exact(full);
        return exact.isPresent()
                ? exact
                : StandardImages.FAMILIES.stream()
                        .flatMap(family -> family.standIn(full).stream())
                        .findFirst()
                        .flatMap(this::exact)
                        .map(image -> made.computeIfAbsent(full, image::simulating));
    }

    /** What a program's file in any image may name: {@code busybox}, {@code nginx}, …; null for anything else. */
    public static @Nullable Program program(String name) {
        return StandardImages.program(name);
    }

    private Optional<ContainerImage> exact(String full) {
        Supplier<ContainerImage> maker;
        synchronized (known) {
            maker = known.get(full);
        }
        return maker == null ? Optional.empty() : Optional.of(made.computeIfAbsent(full, n -> maker.get()));
    }

    /**
     * As a node without a way to the registry says it.
     *
     * @throws ImagePullException for a name that is not registered
     */
    public ContainerImage pull(String name) throws ImagePullException {
        Optional<ContainerImage> found = find(name);
        if (found.isPresent()) {
            return found.get();
        }
        String full = ImageName.canonical(name);
        String host = full.substring(0, full.indexOf('/'));
        String server = host.equals("docker.io") ? "registry-1.docker.io" : host;
        int end = full.contains("@") ? full.indexOf('@') : full.lastIndexOf(':');
        String path = full.substring(host.length() + 1, end);
        String tag = full.substring(end + 1);
        String lookup = server.contains(":") ? server.substring(0, server.indexOf(':')) : server;
        throw new ImagePullException("failed to pull and unpack image \"" + full
                + "\": failed to resolve image: failed to do request: Head \"https://" + server + "/v2/" + path
                + "/manifests/" + tag + "\": dial tcp: lookup " + lookup + ": no such host");
    }
}

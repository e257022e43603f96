package kubelab.controlplane.runtime.image;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import kubelab.controlplane.runtime.filesystem.ImageLayer;
import kubelab.controlplane.runtime.kernel.Program;
import org.jspecify.annotations.Nullable;

/**
 * An image: what containers made of it see and run.
 *
 * @param name in full
 * @param programs from the name in a program's file to what it executes; null when unknown
 */
public record ContainerImage(
        String name,
        String id,
        long sizeBytes,
        ImageLayer layer,
        List<String> entryPoint,
        List<String> arguments,
        Map<String, String> environment,
        String stopSignal,
        Function<String, @Nullable Program> programs) {
    public ContainerImage {
        entryPoint = List.copyOf(entryPoint);
        arguments = List.copyOf(arguments);
    }
}

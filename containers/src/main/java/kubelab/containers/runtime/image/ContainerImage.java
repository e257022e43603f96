package kubelab.containers.runtime.image;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import kubelab.containers.runtime.filesystem.ImageLayer;
import kubelab.containers.runtime.kernel.Program;
import org.jspecify.annotations.Nullable;

/**
 * An image: what containers made of it see and run.
 *
 * @param name in full
 * @param simulatedBy short name of the image that stands for this one; empty for one that is here itself
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
        String simulatedBy,
        Function<String, @Nullable Program> programs) {
    public ContainerImage {
        entryPoint = List.copyOf(entryPoint);
        arguments = List.copyOf(arguments);
    }

    /** An image that is here itself. */
    public ContainerImage(
            String name,
            String id,
            long sizeBytes,
            ImageLayer layer,
            List<String> entryPoint,
            List<String> arguments,
            Map<String, String> environment,
            String stopSignal,
            Function<String, @Nullable Program> programs) {
        this(name, id, sizeBytes, layer, entryPoint, arguments, environment, stopSignal, "", programs);
    }

    /** This one under the name of one that is not here. */
    ContainerImage simulating(String other) {
        return new ContainerImage(
                other,
                StandardImages.id(other),
                sizeBytes,
                layer,
                entryPoint,
                arguments,
                environment,
                stopSignal,
                name.replaceFirst("^docker\\.io/(library/)?", ""),
                programs);
    }

    ContainerImage withPrograms(Function<String, @Nullable Program> others) {
        return new ContainerImage(
                name, id, sizeBytes, layer, entryPoint, arguments, environment, stopSignal, simulatedBy, others);
    }
}

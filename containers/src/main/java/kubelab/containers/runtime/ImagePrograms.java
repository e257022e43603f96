package kubelab.containers.runtime;

import kubelab.containers.runtime.command.Applets;
import kubelab.containers.runtime.image.ContainerImage;
import kubelab.containers.runtime.kernel.ContainerNamespaces;
import kubelab.containers.runtime.kernel.Program;
import org.jspecify.annotations.Nullable;

/** An image's programs, as the kernel asks for them. */
record ImagePrograms(ContainerImage image) implements ContainerNamespaces.Programs {
    @Override
    public @Nullable Program named(String name) {
        return image.programs().apply(name);
    }

    @Override
    public Program script() {
        return Applets.BUSYBOX;
    }
}

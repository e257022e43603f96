package kubelab.controlplane.runtime;

import kubelab.controlplane.runtime.command.Applets;
import kubelab.controlplane.runtime.image.ContainerImage;
import kubelab.controlplane.runtime.kernel.Program;
import kubelab.controlplane.runtime.kernel.World;
import org.jspecify.annotations.Nullable;

/** An image's programs, as the kernel asks for them. */
record ImagePrograms(ContainerImage image) implements World.Programs {
    @Override
    public @Nullable Program named(String name) {
        return image.programs().apply(name);
    }

    @Override
    public Program script() {
        return Applets.BUSYBOX;
    }
}

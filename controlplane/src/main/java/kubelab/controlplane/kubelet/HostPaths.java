package kubelab.controlplane.kubelet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import kubelab.containers.runtime.filesystem.NodeFiles;
import org.jspecify.annotations.Nullable;

/**
 * Paths of the node that Pods use as they are: what their type asks for must be there, or is made.
 *
 * <p>Source: k8s.io/kubernetes/pkg/volume/hostpath, release 1.34.
 */
final class HostPaths {
    private HostPaths() {}

    /** @throws ConfigException when something else is there, or nothing that must be */
    static Path use(Path path, @Nullable String typeOrNull) throws IOException, ConfigException {
        String type = Objects.requireNonNullElse(typeOrNull, "");
        boolean there = Files.exists(path);
        switch (type) {
            case "" -> {
                if (!there) {
                    make(path); // not the kubelet does this, but the container runtime, which mounts it
                }
            }
            case "DirectoryOrCreate" -> {
                if (!there) {
                    make(path);
                }
                require(Files.isDirectory(path), path, "directory");
            }
            case "FileOrCreate" -> {
                if (!there) {
                    NodeFiles.write(path, new byte[0], 0644);
                }
                require(Files.isRegularFile(path), path, "file");
            }
            case "Directory" -> require(Files.isDirectory(path), path, "directory");
            case "File" -> require(Files.isRegularFile(path), path, "file");
            // none of these is on a simulated node
            case "Socket" -> require(false, path, "socket file");
            case "CharDevice" -> require(false, path, "character device");
            case "BlockDevice" -> require(false, path, "block device");
            default -> throw new ConfigException(type + " is an invalid volume type");
        }
        return path;
    }

    private static void make(Path path) throws IOException {
        Files.createDirectories(path);
        NodeFiles.setMode(path, 0755);
    }

    private static void require(boolean holds, Path path, String what) throws ConfigException {
        if (!holds) {
            throw new ConfigException("hostPath type check failed: " + path + " is not a " + what);
        }
    }
}

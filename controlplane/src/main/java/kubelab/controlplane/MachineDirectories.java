package kubelab.controlplane;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import kubelab.containers.host.FileTree;
import kubelab.containers.runtime.filesystem.NodeFiles;
import kubelab.controlplane.controllermanager.localpath.NodeDirectories;
import kubelab.controlplane.kubelet.Kubelets;

/** The file systems of this cluster's machines, which live in memory. */
final class MachineDirectories implements NodeDirectories {
    private final Kubelets kubelets;

    MachineDirectories(Kubelets kubelets) {
        this.kubelets = kubelets;
    }

    @Override
    public void make(String node, String path) throws IOException {
        Optional<FileSystem> files = files(node);
        if (files.isPresent()) {
            Path directory = files.get().getPath(path);
            Files.createDirectories(directory);
            NodeFiles.setMode(directory, 0777);
        }
    }

    @Override
    public void remove(String node, String path) throws IOException {
        Optional<FileSystem> files = files(node);
        if (files.isPresent()) {
            FileTree.delete(files.get().getPath(path));
        }
    }

    private Optional<FileSystem> files(String node) {
        return kubelets.get(node).map(kubelet -> kubelet.runtime().fileSystem());
    }
}

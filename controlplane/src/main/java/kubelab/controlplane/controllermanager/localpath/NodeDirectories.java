package kubelab.controlplane.controllermanager.localpath;

import java.io.IOException;

/** The nodes' file systems, as far as a provisioner needs them. A node that is not there has none, and that is no fault. */
public interface NodeDirectories {
    /** Of nodes without files. */
    NodeDirectories NONE = new NodeDirectories() {
        @Override
        public void make(String node, String path) {}

        @Override
        public void remove(String node, String path) {}
    };

    /** Makes a directory that all may write to. */
    void make(String node, String path) throws IOException;

    /** Removes a directory with all that is in it. */
    void remove(String node, String path) throws IOException;
}

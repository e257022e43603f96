package kubelab.containers.runtime;

import kubelab.containers.network.NetNamespace;

/** A running sandbox. */
public interface PodSandbox {
    /** 64 hexadecimal digits. */
    String id();

    PodSandboxConfig config();

    NetNamespace network();

    /** Kills what still runs in it, ends its network and forgets its containers. Twice is fine. */
    void remove();
}

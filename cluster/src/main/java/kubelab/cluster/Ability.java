package kubelab.cluster;

/** What not every cluster can do. An exercise names what it needs; one that lacks it gives SKIPPED. */
public enum Ability {
    /** Objects outside of namespaces may be made and deleted. */
    CLUSTER_SCOPE("cluster-scoped objects may be changed", "embedded, k3s, or existing with --allow-cluster-scope"),
    /** There is a default StorageClass. */
    DEFAULT_STORAGE_CLASS("a default StorageClass", "embedded and k3s"),
    /** {@code metrics.k8s.io} answers. */
    METRICS("the metrics API", "k3s, and existing clusters with a metrics-server"),
    /** Nodes can be stopped, cut off and added at run time. */
    NODE_CONTROL("nodes that can be stopped", "embedded and k3s"),
    /** {@link Cluster#components} can be stopped and started. */
    STOP_COMPONENT("a component that can be stopped", "embedded and k3s"),
    /** Each kubelet reads the folder of {@link kubelab.labkit.NodeManifests}. */
    STATIC_PODS("a folder of static Pods on each node", "embedded and k3s"),
    /** Requests can be delayed or failed, watches dropped. */
    FAULT_INJECTION("faults that can be injected", "embedded"),
    /** {@link Cluster#audit} says which user asked for what. */
    AUDIT("an audit log that can be read", "embedded and k3s"),
    /** Cluster time can be moved forward. */
    FAST_FORWARD("a clock that can be moved forward", "embedded");

    private final String what;
    private final String who;

    Ability(String what, String who) {
        this.what = what;
        this.who = who;
    }

    /** In words, to be read after "needs". */
    public String what() {
        return what;
    }

    /** Which provider has it. */
    public String who() {
        return who;
    }
}

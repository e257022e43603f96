package kubelab.cluster;

/** Told what a long operation is doing now, in a few words. */
@FunctionalInterface
public interface Progress {
    /** Tells nobody. */
    Progress SILENT = step -> {};

    void step(String what);
}

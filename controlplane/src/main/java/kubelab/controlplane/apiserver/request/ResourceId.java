package kubelab.controlplane.apiserver.request;

/** Which resource something is about: its group, version, kind and plural name. */
public interface ResourceId {
    /** Empty for the core group. */
    String group();

    String version();

    String kind();

    /** The name in paths. */
    String plural();

    boolean namespaced();

    /** {@code v1}, {@code apps/v1}. */
    default String apiVersion() {
        return group().isEmpty() ? version() : group() + "/" + version();
    }

    /** {@code pods}, {@code deployments.apps}: as error messages name it. */
    default String qualified() {
        return group().isEmpty() ? plural() : plural() + "." + group();
    }

    default boolean is(String group, String plural) {
        return group().equals(group) && plural().equals(plural);
    }
}

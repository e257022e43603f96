package kubelab.containers.runtime;

/** Who asks a registry for an image. */
public record RegistryCredentials(String user, String password) {
    /** Without the password: it must not get into a log. */
    @Override
    public String toString() {
        return "credentials of " + user;
    }
}

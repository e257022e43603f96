package kubelab.controlplane.kubelet;

import java.util.regex.Pattern;
import kubelab.containers.runtime.image.ImageName;
import org.jspecify.annotations.Nullable;

/** Image references as users write them and as runtimes name them. */
final class ImageNames {
    private static final Pattern PATH =
            Pattern.compile("[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*" + "(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

    private ImageNames() {}

    /** {@code busybox:1.36 → docker.io/library/busybox:1.36}. */
    static String full(String image) {
        return ImageName.canonical(image);
    }

    /** In full, without tag and digest. */
    static String repository(String image) {
        String full = full(image);
        String named = full.contains("@") ? full.substring(0, full.indexOf('@')) : full;
        int colon = named.lastIndexOf(':');
        return colon > named.lastIndexOf('/') ? named.substring(0, colon) : named;
    }

    /** Why a reference cannot be one, or null when it is well-formed. */
    static @Nullable String problem(String image) {
        String full = image;
        int slash = full.indexOf('/');
        String first = slash < 0 ? "" : full.substring(0, slash);
        boolean hasRegistry = first.contains(".") || first.contains(":") || first.equals("localhost");
        String rest = hasRegistry ? full.substring(slash + 1) : full;
        int digest = rest.indexOf('@');
        String named = digest < 0 ? rest : rest.substring(0, digest);
        int colon = named.lastIndexOf(':');
        String path = colon < 0 ? named : named.substring(0, colon);
        String prefix = "Failed to apply default image tag \"" + image + "\": couldn't parse image name \"" + image
                + "\": invalid reference format";
        if (!path.equals(path.toLowerCase(java.util.Locale.ROOT))) {
            String repository = hasRegistry || path.contains("/") ? path : "library/" + path;
            String bare = repository.contains(":") ? repository.substring(0, repository.indexOf(':')) : repository;
            return prefix + ": repository name (" + bare + ") must be lowercase";
        }
        boolean tagOk = colon < 0 || TAG.matcher(named.substring(colon + 1)).matches();
        return PATH.matcher(path).matches() && tagOk ? null : prefix;
    }
}

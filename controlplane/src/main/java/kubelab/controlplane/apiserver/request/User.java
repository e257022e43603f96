package kubelab.controlplane.apiserver.request;

import java.util.List;
import java.util.Map;

/**
 * Who makes a request.
 *
 * @param name e.g. {@code system:kube-scheduler}, {@code system:serviceaccount:default:builder}
 * @param groups always with {@code system:authenticated} or {@code system:unauthenticated}
 * @param extra further facts, e.g. the Pod a token is bound to
 */
public record User(String name, String uid, List<String> groups, Map<String, List<String>> extra) {
    public static final String AUTHENTICATED = "system:authenticated";
    public static final String MASTERS = "system:masters";
    public static final User ANONYMOUS = new User("system:anonymous", "", List.of("system:unauthenticated"), Map.of());

    public User {
        groups = List.copyOf(groups);
        extra = Map.copyOf(extra);
    }

    /** An authenticated user with the groups given and {@code system:authenticated}. */
    public static User of(String name, String... groups) {
        List<String> all = new java.util.ArrayList<>(List.of(groups));
        if (!all.contains(AUTHENTICATED)) {
            all.add(AUTHENTICATED);
        }
        return new User(name, "", all, Map.of());
    }

    /**
     * A part of the control plane by its well-known name. {@code system:node:…} is put into {@code system:nodes},
     * {@code system:serviceaccount:NS:NAME} into the groups of service accounts.
     */
    public static User component(String name) {
        if (name.startsWith("system:node:")) {
            return of(name, "system:nodes");
        }
        if (name.startsWith("system:serviceaccount:")) {
            String namespace = name.split(":", -1)[2];
            return of(name, "system:serviceaccounts", "system:serviceaccounts:" + namespace);
        }
        return of(name);
    }
}

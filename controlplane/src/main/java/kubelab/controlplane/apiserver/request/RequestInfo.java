package kubelab.controlplane.apiserver.request;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a request is about, read from its path and method.
 *
 * <p>Source: k8s.io/apiserver/pkg/endpoints/request, RequestInfoFactory, release 1.34.
 *
 * @param resource whether it is about a resource at all; otherwise only {@code verb} (the method in lower case) and
 *     {@code path} count
 * @param verb get, list, watch, create, update, patch, delete, deletecollection
 * @param rest what follows the subresource, for the proxy subresources; starts with {@code /} unless empty
 */
public record RequestInfo(
        boolean resource,
        String verb,
        String path,
        String group,
        String version,
        String namespace,
        String plural,
        String subresource,
        String name,
        String rest) {
    /** Segments after {@code /namespaces/NAME} which belong to the namespace itself. */
    private static final Set<String> NAMESPACE_SUBRESOURCES = Set.of("status", "finalize");

    /** The same about an object of a name. */
    public RequestInfo withName(String value) {
        return new RequestInfo(resource, verb, path, group, version, namespace, plural, subresource, value, rest);
    }

    public static RequestInfo of(ApiRequest request) {
        List<String> parts = new ArrayList<>();
        for (String part : request.path().split("/", -1)) {
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        boolean core = parts.size() >= 3 && parts.get(0).equals("api");
        boolean grouped = parts.size() >= 4 && parts.get(0).equals("apis");
        if (!core && !grouped) {
            return new RequestInfo(
                    false,
                    request.method().toLowerCase(java.util.Locale.ROOT),
                    request.path(),
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "");
        }
        String group = core ? "" : parts.get(1);
        String version = parts.get(core ? 1 : 2);
        List<String> tail = parts.subList(core ? 2 : 3, parts.size());
        String namespace = "";
        if (tail.get(0).equals("namespaces") && tail.size() >= 2) {
            namespace = tail.get(1);
            if (tail.size() > 2 && !NAMESPACE_SUBRESOURCES.contains(tail.get(2))) {
                tail = tail.subList(2, tail.size());
            }
        }
        String plural = tail.get(0);
        String name = tail.size() > 1 ? tail.get(1) : "";
        String subresource = tail.size() > 2 ? tail.get(2) : "";
        String rest = tail.size() > 3 ? "/" + String.join("/", tail.subList(3, tail.size())) : "";
        if (!rest.isEmpty() && request.path().endsWith("/")) {
            rest += "/";
        }
        return new RequestInfo(
                true,
                verb(request, name, subresource),
                request.path(),
                group,
                version,
                namespace,
                plural,
                subresource,
                name,
                rest);
    }

    private static String verb(ApiRequest request, String name, String subresource) {
        switch (request.method()) {
            case "POST":
                return "create";
            case "PUT":
                return "update";
            case "PATCH":
                return "patch";
            case "DELETE":
                return name.isEmpty() ? "deletecollection" : "delete";
            default:
                if (!name.isEmpty() && !request.flag("watch")) {
                    return "get";
                }
                return request.flag("watch") && subresource.isEmpty() ? "watch" : name.isEmpty() ? "list" : "get";
        }
    }
}

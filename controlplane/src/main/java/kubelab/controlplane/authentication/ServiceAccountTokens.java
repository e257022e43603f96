package kubelab.controlplane.authentication;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.Authenticator;
import kubelab.controlplane.apiserver.request.ObjectReader;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.apiserver.verb.RequestContext;
import kubelab.controlplane.json.Json;
import kubelab.controlplane.pki.TokenSigner;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tokens of service accounts: made by the token subresource, accepted as bearer tokens, judged by TokenReview. A token
 * ends with its time, its account or the object that it is bound to.
 *
 * <p>Source: pkg/serviceaccount/claims.go and pkg/registry/core/serviceaccount/storage/token.go, release 1.34.
 * Simplified: tokens are signed with ES256 (k3s: RS256).
 */
public final class ServiceAccountTokens implements Authenticator {
    /** Audience and issuer of k3s, too. */
    public static final String AUDIENCE = "https://kubernetes.default.svc.cluster.local";

    private static final String PREFIX = "authentication.kubernetes.io/";
    private static final long DEFAULT_SECONDS = 3600;
    private static final long MIN_SECONDS = 600;

    private final TokenSigner signer;
    private final ObjectReader reader;

    public ServiceAccountTokens(TokenSigner signer, ObjectReader reader) {
        this.signer = signer;
        this.reader = reader;
    }

    @Override
    public @Nullable User authenticate(ApiRequest request) {
        String header = request.header("authorization");
        if (header.length() < 7 || !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return null;
        }
        User user = authenticate(header.substring(7).strip(), List.of(AUDIENCE, "k3s"));
        if (user == null) {
            throw ApiException.unauthorized();
        }
        return user;
    }

    /** POST serviceaccounts/NAME/token. */
    public ApiResponse create(RequestContext call) {
        if (!call.info().verb().equals("create")) {
            throw ApiException.methodNotAllowed();
        }
        ObjectNode account = reader.get("", "serviceaccounts", call.namespace(), call.name());
        if (account == null) {
            throw ApiException.notFound(call.resource(), call.name());
        }
        ObjectNode review = call.body();
        ObjectNode spec = Json.ensure(review, "spec");
        List<String> audiences = Json.strings(spec, "audiences");
        if (audiences.isEmpty()) {
            audiences = List.of(AUDIENCE);
            spec.putArray("audiences").add(AUDIENCE);
        }
        long seconds = Json.number(spec, DEFAULT_SECONDS, "expirationSeconds");
        if (seconds < MIN_SECONDS) {
            throw ApiException.invalid(
                    "authentication.k8s.io",
                    "TokenRequest",
                    "",
                    List.of(new ApiException.Cause(
                            "FieldValueInvalid",
                            "Invalid value: " + seconds + ": may not specify a duration less than 10 minutes",
                            "spec.expirationSeconds")));
        }
        spec.put("expirationSeconds", seconds);
        Instant now = Instant.now();
        Instant end = now.plusSeconds(seconds);
        ObjectNode claims = claims(account, audiences, now, end);
        bind(claims, call, Json.object(spec, "boundObjectRef"));
        ObjectNode status = review.putObject("status");
        status.put("token", signer.sign(claims.toString()));
        status.put(
                "expirationTimestamp",
                Instant.ofEpochSecond(end.getEpochSecond()).toString());
        ObjectNode metadata = Json.ensure(review, "metadata");
        metadata.put("name", call.name()).put("namespace", call.namespace());
        metadata.put(
                "creationTimestamp", Instant.ofEpochSecond(now.getEpochSecond()).toString());
        review.put("kind", "TokenRequest").put("apiVersion", "authentication.k8s.io/v1");
        return ApiResponse.json(201, review);
    }

    /** POST tokenreviews. */
    public ApiResponse review(RequestContext call) {
        ObjectNode review = call.body();
        List<String> audiences = Json.strings(review, "spec", "audiences");
        User user =
                authenticate(Json.string(review, "spec", "token"), audiences.isEmpty() ? List.of(AUDIENCE) : audiences);
        ObjectNode status = review.putObject("status");
        if (user == null) {
            status.put("authenticated", false);
            status.putObject("user");
            status.put("error", "[invalid bearer token]");
        } else {
            status.put("authenticated", true);
            ObjectNode who =
                    status.putObject("user").put("username", user.name()).put("uid", user.uid());
            ArrayNode groups = who.putArray("groups");
            user.groups().forEach(groups::add);
            ObjectNode extra = who.putObject("extra");
            user.extra()
                    .forEach((k, values) ->
                            values.forEach(v -> extra.withArray(k).add(v)));
            ArrayNode accepted = status.putArray("audiences");
            (audiences.isEmpty() ? List.of(AUDIENCE) : audiences).forEach(accepted::add);
        }
        review.put("kind", "TokenReview").put("apiVersion", "authentication.k8s.io/v1");
        return ApiResponse.json(201, review);
    }

    private static ObjectNode claims(ObjectNode account, List<String> audiences, Instant now, Instant end) {
        String namespace = Json.string(account, "metadata", "namespace");
        String name = Json.string(account, "metadata", "name");
        ObjectNode claims = Json.object();
        ArrayNode aud = claims.putArray("aud");
        audiences.forEach(aud::add);
        claims.put("exp", end.getEpochSecond());
        claims.put("iat", now.getEpochSecond());
        claims.put("iss", AUDIENCE);
        claims.put("jti", UUID.randomUUID().toString());
        ObjectNode kubernetes = claims.putObject("kubernetes.io");
        kubernetes.put("namespace", namespace);
        kubernetes.putObject("serviceaccount").put("name", name).put("uid", Json.string(account, "metadata", "uid"));
        claims.put("nbf", now.getEpochSecond());
        claims.put("sub", "system:serviceaccount:" + namespace + ":" + name);
        return claims;
    }

    private void bind(ObjectNode claims, RequestContext call, @Nullable ObjectNode reference) {
        if (reference == null) {
            return;
        }
        String kind = Json.string(reference, "kind");
        String name = Json.string(reference, "name");
        String plural = kind.equals("Pod") ? "pods" : kind.equals("Secret") ? "secrets" : "nodes";
        ObjectNode bound = reader.get("", plural, kind.equals("Node") ? "" : call.namespace(), name);
        if (bound == null) {
            throw new ApiException(404, "NotFound", plural + " \"" + name + "\" not found");
        }
        String uid = Json.string(bound, "metadata", "uid");
        String expected = Json.string(reference, "uid");
        if (!expected.isEmpty() && !expected.equals(uid)) {
            throw new ApiException(
                    409,
                    "Conflict",
                    "Operation cannot be fulfilled on " + plural + " \"" + name
                            + "\": the UID in the bound object reference (" + expected
                            + ") does not match the UID in record. The object might have been deleted and then recreated");
        }
        ObjectNode kubernetes = Json.ensure(claims, "kubernetes.io");
        kubernetes
                .putObject(kind.toLowerCase(java.util.Locale.ROOT))
                .put("name", name)
                .put("uid", uid);
        String node = Json.string(bound, "spec", "nodeName");
        ObjectNode nodeObject = kind.equals("Pod") && !node.isEmpty() ? reader.get("", "nodes", "", node) : null;
        if (nodeObject != null) {
            kubernetes.putObject("node").put("name", node).put("uid", Json.string(nodeObject, "metadata", "uid"));
        }
    }

    private @Nullable User authenticate(String token, List<String> audiences) {
        String payload = signer.verify(token);
        if (payload == null) {
            return null;
        }
        ObjectNode claims = Json.parseObject(payload);
        long now = Instant.now().getEpochSecond();
        if (now >= Json.number(claims, 0, "exp")
                || now + Duration.ofMinutes(1).toSeconds() < Json.number(claims, 0, "nbf")) {
            return null;
        }
        if (Json.strings(claims, "aud").stream().noneMatch(audiences::contains)) {
            return null;
        }
        ObjectNode kubernetes = Json.ensure(claims, "kubernetes.io");
        String namespace = Json.string(kubernetes, "namespace");
        if (!lives("serviceaccounts", namespace, Json.object(kubernetes, "serviceaccount"))
                || !lives("pods", namespace, Json.object(kubernetes, "pod"))
                || !lives("secrets", namespace, Json.object(kubernetes, "secret"))) {
            return null;
        }
        Map<String, List<String>> extra = new LinkedHashMap<>();
        extra.put(PREFIX + "credential-id", List.of("JTI=" + Json.string(claims, "jti")));
        for (String kind : List.of("node", "pod")) {
            ObjectNode bound = Json.object(kubernetes, kind);
            if (bound != null) {
                extra.put(PREFIX + kind + "-name", List.of(Json.string(bound, "name")));
                extra.put(PREFIX + kind + "-uid", List.of(Json.string(bound, "uid")));
            }
        }
        User plain = User.component(Json.string(claims, "sub"));
        return new User(plain.name(), Json.string(kubernetes, "serviceaccount", "uid"), plain.groups(), extra);
    }

    private boolean lives(String plural, String namespace, @Nullable ObjectNode reference) {
        if (reference == null) {
            return true;
        }
        ObjectNode object = reader.get("", plural, namespace, Json.string(reference, "name"));
        return object != null && Json.string(object, "metadata", "uid").equals(Json.string(reference, "uid"));
    }
}

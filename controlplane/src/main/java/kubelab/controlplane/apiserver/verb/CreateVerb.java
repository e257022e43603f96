package kubelab.controlplane.apiserver.verb;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import kubelab.controlplane.apiserver.encoding.Encoding;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** create: a name, an identity, defaults, admission, validation, and the first revision. */
public final class CreateVerb {
    /** Upstream leaves out vowels and look-alikes. Source: k8s.io/apimachinery/pkg/util/rand. */
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private static final int MAX_GENERATED = 63 - 5;
    private final WriteChain writes;

    public CreateVerb(WriteChain writes) {
        this.writes = writes;
    }

    public ApiResponse create(RequestContext call) {
        Encoding.Wanted wanted = writes.encoding.wanted(call.request(), call.resource());
        ObjectNode object = writes.decode(call);
        return writes.encoding.object(201, wanted, call.resource(), create(call, object));
    }

    /** The part of the chain behind decoding; also what an apply of a new object does. */
    byte[] create(RequestContext call, ObjectNode object) {
        Resource resource = call.resource();
        if (!resource.strategy().takesNewObjects()) {
            throw ApiException.forbidden(
                    resource,
                    Json.string(object, "metadata", "name"),
                    "create not allowed while custom resource definition is terminating");
        }
        ObjectNode metadata = Json.ensure(object, "metadata");
        checkNamespace(call, metadata);
        // Whoever stores nothing does not notice, upstream either.
        if (!Json.string(metadata, "resourceVersion").isEmpty() && !call.dryRun()) {
            throw ApiException.badRequest("resourceVersion should not be set on objects to be created");
        }
        boolean generated = Json.string(metadata, "name").isEmpty()
                && !Json.string(metadata, "generateName").isEmpty();
        if (generated) {
            metadata.put("name", generate(Json.string(metadata, "generateName")));
        }
        identify(resource, metadata);
        boolean applied = Encoding.mediaType(call.request()).startsWith("application/apply-patch");
        writes.pass(call, "CREATE", object, null, applied);
        return writes.commitCreate(call, object);
    }

    static String random(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(ALPHABET.charAt(ThreadLocalRandom.current().nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    private static String generate(String prefix) {
        return (prefix.length() > MAX_GENERATED ? prefix.substring(0, MAX_GENERATED) : prefix) + random(5);
    }

    private static void checkNamespace(RequestContext call, ObjectNode metadata) {
        if (!call.resource().namespaced()) {
            metadata.remove("namespace");
            return;
        }
        String sent = Json.string(metadata, "namespace");
        if (call.namespace().isEmpty()) {
            throw ApiException.methodNotAllowed();
        }
        if (!sent.isEmpty() && !sent.equals(call.namespace())) {
            throw ApiException.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
        metadata.put("namespace", call.namespace());
    }

    private void identify(Resource resource, ObjectNode metadata) {
        metadata.put("uid", UUID.randomUUID().toString());
        metadata.put("creationTimestamp", writes.now());
        metadata.remove(List.of("deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "generation"));
        if (resource.strategy().hasGeneration()) {
            metadata.put("generation", 1);
        }
    }
}

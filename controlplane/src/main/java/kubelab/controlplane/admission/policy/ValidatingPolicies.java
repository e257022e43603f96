package kubelab.controlplane.admission.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kubelab.controlplane.apiserver.request.Admission;
import kubelab.controlplane.apiserver.request.AdmissionRequest;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ObjectReader;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks the policies that are bound. A policy counts from the next request on; upstream needs about a second.
 *
 * <p>Source: k8s.io/apiserver/pkg/admission/plugin/policy/validating (dispatcher.go), release 1.34.
 */
public final class ValidatingPolicies implements Admission {
    static final String GROUP = "admissionregistration.k8s.io";
    private static final String POLICIES = "validatingadmissionpolicies";
    private static final String BINDINGS = "validatingadmissionpolicybindings";
    private static final String FAILURE = "validation.policy.admission.k8s.io/validation_failure";
    private static final int LONGEST_ANNOTATION = 10 * 1024;

    private final ObjectReader reader;
    private volatile Bound bound = new Bound(-1, -1, List.of());
    /** {@code name/resourceVersion} → compiled; only of policies that are bound. */
    private final Map<String, CompiledPolicy> compiled = new ConcurrentHashMap<>();

    /** Policies with their bindings, as of a state of the store. */
    private record Bound(long policies, long bindings, List<Pair> pairs) {}

    private record Pair(ObjectNode policy, List<ObjectNode> bindings) {}

    public ValidatingPolicies(ObjectReader reader) {
        this.reader = reader;
    }

    @Override
    public String name() {
        return "ValidatingAdmissionPolicy";
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (request.resource().group().equals(GROUP)) {
            if (request.isFor(GROUP, POLICIES) && !request.isDelete()) {
                PolicyTexts.check(request);
            }
            return; // no policy is about policies
        }
        List<Pair> pairs = pairs();
        if (!pairs.isEmpty()) {
            dispatch(request, pairs);
        }
    }

    private List<Pair> pairs() {
        long policies = reader.generation(GROUP, POLICIES);
        long bindings = reader.generation(GROUP, BINDINGS);
        Bound known = bound;
        if (known.policies != policies || known.bindings != bindings) {
            known = new Bound(policies, bindings, read());
            bound = known;
        }
        return known.pairs;
    }

    private List<Pair> read() {
        Map<String, List<ObjectNode>> byPolicy = new LinkedHashMap<>();
        for (ObjectNode binding : reader.list(GROUP, BINDINGS, "")) {
            byPolicy.computeIfAbsent(Json.string(binding, "spec", "policyName"), n -> new ArrayList<>())
                    .add(binding);
        }
        List<Pair> pairs = new ArrayList<>();
        if (!byPolicy.isEmpty()) {
            for (ObjectNode policy : reader.list(GROUP, POLICIES, "")) {
                List<ObjectNode> own = byPolicy.get(Json.string(policy, "metadata", "name"));
                if (own != null) {
                    pairs.add(new Pair(policy, own));
                }
            }
        }
        compiled.clear();
        return pairs;
    }

    private void dispatch(AdmissionRequest request, List<Pair> pairs) {
        List<ApiException> refusals = new ArrayList<>();
        for (Pair pair : pairs) {
            ObjectNode constraints = Json.object(pair.policy, "spec", "matchConstraints");
            if (constraints == null || !PolicyMatch.matches(constraints, request, reader)) {
                continue;
            }
            Map<String, List<String>> annotations = new LinkedHashMap<>();
            for (ObjectNode binding : pair.bindings) {
                ObjectNode narrower = Json.object(binding, "spec", "matchResources");
                if (narrower == null || PolicyMatch.matches(narrower, request, reader)) {
                    evaluate(request, pair.policy, binding, annotations, refusals);
                }
            }
            String name = Json.string(pair.policy, "metadata", "name");
            annotations.forEach(
                    (key, values) -> request.annotate().accept(name + "/" + key, String.join(", ", values)));
        }
        if (!refusals.isEmpty()) {
            throw refusals.get(0);
        }
    }

    private void evaluate(
            AdmissionRequest request,
            ObjectNode policy,
            ObjectNode binding,
            Map<String, List<String>> annotations,
            List<ApiException> refusals) {
        List<@Nullable ObjectNode> params;
        try {
            params = PolicyParams.of(policy, binding, request, reader);
        } catch (PolicyParams.Missing missing) {
            if (!Json.string(policy, "spec", "failurePolicy").equals("Ignore")) {
                refusals.add(refusal(
                        request,
                        policy,
                        binding,
                        Decision.failed("failed to configure binding: " + missing.getMessage())));
            }
            return;
        }
        CompiledPolicy evaluator = compiled.computeIfAbsent(
                Json.string(policy, "metadata", "name") + "/" + Json.string(policy, "metadata", "resourceVersion"),
                key -> new CompiledPolicy(policy));
        ObjectNode namespace = request.namespace().isEmpty() || request.isFor("", "namespaces")
                ? null
                : reader.get("", "namespaces", "", request.namespace());
        for (ObjectNode param : params) {
            CompiledPolicy.Result result = evaluator.evaluate(request, param, namespace);
            for (Decision decision : result.denied()) {
                act(request, policy, binding, decision, refusals);
            }
            result.annotations().forEach((key, value) -> {
                List<String> values = annotations.computeIfAbsent(key, k -> new ArrayList<>());
                String text = value.length() > LONGEST_ANNOTATION ? value.substring(0, LONGEST_ANNOTATION) : value;
                if (!values.contains(text)) {
                    values.add(text);
                }
            });
            result.annotationErrors()
                    .forEach(error -> refusals.add(refusal(request, policy, binding, Decision.failed(error))));
        }
    }

    private static void act(
            AdmissionRequest request,
            ObjectNode policy,
            ObjectNode binding,
            Decision decision,
            List<ApiException> refusals) {
        String policyName = Json.string(policy, "metadata", "name");
        String bindingName = Json.string(binding, "metadata", "name");
        List<String> actions = Json.strings(binding, "spec", "validationActions");
        for (String action : actions) {
            switch (action) {
                case "Deny" -> refusals.add(refusal(request, policy, binding, decision));
                case "Warn" ->
                    request.warn()
                            .accept("Validation failed for ValidatingAdmissionPolicy '" + policyName
                                    + "' with binding '" + bindingName + "': " + decision.message());
                case "Audit" -> {
                    ArrayNode failures = Json.array();
                    ObjectNode failure = failures.addObject()
                            .put("message", decision.message())
                            .put("policy", policyName)
                            .put("binding", bindingName)
                            .put("expressionIndex", decision.index());
                    actions.forEach(failure.putArray("validationActions")::add);
                    request.annotate().accept(FAILURE, failures.toString());
                }
                default -> {}
            }
        }
    }

    /** Source: Dispatch and reasonToCode upstream: Forbidden in words, whatever the reason is. */
    private static ApiException refusal(
            AdmissionRequest request, ObjectNode policy, ObjectNode binding, Decision decision) {
        String message = "ValidatingAdmissionPolicy '" + Json.string(policy, "metadata", "name") + "' with binding '"
                + Json.string(binding, "metadata", "name") + "' denied request: " + decision.message();
        ApiException forbidden = ApiException.forbidden(request.resource(), request.name(), message);
        forbidden.details().putArray("causes").addObject().put("message", message);
        int code =
                switch (decision.reason()) {
                    case "Forbidden" -> 403;
                    case "Unauthorized" -> 401;
                    case "RequestEntityTooLarge" -> 413;
                    default -> 422;
                };
        return new ApiException(code, decision.reason(), String.valueOf(forbidden.getMessage()), forbidden.details());
    }
}

package kubelab.controlplane.apiserver.audit;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import kubelab.controlplane.json.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Reads an {@link AuditPolicy} from the file that kube-apiserver is given by {@code --audit-policy-file}.
 *
 * <p>Source: k8s.io/apiserver/pkg/audit/policy (reader) and pkg/apis/audit/validation, release 1.34.
 */
public final class AuditPolicyReader {
    private final List<String> faults = new ArrayList<>();

    private AuditPolicyReader() {}

    /** @throws IllegalArgumentException with all that is wrong with it, field by field */
    public static AuditPolicy read(String yaml) {
        JsonNode tree;
        try {
            tree = YAMLMapper.shared().readTree(yaml);
        } catch (JacksonException malformed) {
            throw new IllegalArgumentException("audit policy: " + malformed.getOriginalMessage(), malformed);
        }
        if (!Json.string(tree, "apiVersion").equals("audit.k8s.io/v1")
                || !Json.string(tree, "kind").equals("Policy")) {
            throw new IllegalArgumentException("audit policy: expected kind Policy of audit.k8s.io/v1, got kind "
                    + Json.string(tree, "kind") + " of " + Json.string(tree, "apiVersion"));
        }
        return new AuditPolicyReader().policy(tree);
    }

    private AuditPolicy policy(JsonNode policy) {
        Set<AuditStage> omitted = stages(policy, "omitStages");
        boolean lean = Json.bool(policy, "omitManagedFields");
        List<ObjectNode> given = Json.objects(policy, "rules");
        List<AuditPolicy.Rule> rules = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            rules.add(rule(given.get(i), "rules[" + i + "]", omitted, lean));
        }
        if (given.isEmpty()) {
            faults.add("rules: there are none, so that nothing would be noted");
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("audit policy: " + String.join("; ", faults));
        }
        return new AuditPolicy(rules);
    }

    private AuditPolicy.Rule rule(ObjectNode rule, String at, Set<AuditStage> omitted, boolean lean) {
        Set<AuditStage> stages = EnumSet.noneOf(AuditStage.class);
        stages.addAll(omitted);
        stages.addAll(stages(rule, at + ".omitStages"));
        List<String> urls = Json.strings(rule, "nonResourceURLs");
        List<String> namespaces = Json.strings(rule, "namespaces");
        List<AuditPolicy.GroupResources> resources = new ArrayList<>();
        for (ObjectNode group : Json.objects(rule, "resources")) {
            resources.add(group(group, at));
        }
        checkUrls(urls, at);
        if (!urls.isEmpty() && !(resources.isEmpty() && namespaces.isEmpty())) {
            faults.add(at + ".nonResourceURLs: a rule is about resources or about other URLs, not about both");
        }
        return new AuditPolicy.Rule(
                level(rule, at),
                Json.strings(rule, "users"),
                Json.strings(rule, "userGroups"),
                Json.strings(rule, "verbs"),
                resources,
                namespaces,
                urls,
                stages,
                rule.has("omitManagedFields") ? Json.bool(rule, "omitManagedFields") : lean);
    }

    private AuditLevel level(ObjectNode rule, String at) {
        return word(AuditLevel.values(), AuditLevel::word, Json.string(rule, "level"), at + ".level", AuditLevel.NONE);
    }

    private Set<AuditStage> stages(JsonNode node, String at) {
        Set<AuditStage> stages = EnumSet.noneOf(AuditStage.class);
        for (String word : Json.strings(node, "omitStages")) {
            stages.add(word(AuditStage.values(), AuditStage::word, word, at, AuditStage.PANIC));
        }
        return stages;
    }

    private AuditPolicy.GroupResources group(ObjectNode group, String at) {
        List<String> resources = Json.strings(group, "resources");
        List<String> names = Json.strings(group, "resourceNames");
        if (!names.isEmpty() && resources.isEmpty()) {
            faults.add(at + ".resources.resourceNames: names need at least one resource");
        }
        if (Json.string(group, "group").contains("/")) {
            faults.add(at + ".resources.group: a group without a version, not " + Json.string(group, "group"));
        }
        return new AuditPolicy.GroupResources(Json.string(group, "group"), resources, names);
    }

    private void checkUrls(List<String> urls, String at) {
        for (String url : urls) {
            if (!url.equals("*") && !url.startsWith("/")) {
                faults.add(at + ".nonResourceURLs: " + url + " does not begin with /");
            }
            int star = url.indexOf('*');
            if (star >= 0 && star < url.length() - 1) {
                faults.add(at + ".nonResourceURLs: in " + url + " the * is not at the end");
            }
        }
    }

    private <T> T word(T[] known, Function<T, String> words, String given, String at, T other) {
        for (T value : known) {
            if (words.apply(value).equals(given)) {
                return value;
            }
        }
        String all = String.join(", ", Stream.of(known).map(words).toList());
        faults.add(at + ": expected one of " + all + ", got \"" + given + "\"");
        return other;
    }
}

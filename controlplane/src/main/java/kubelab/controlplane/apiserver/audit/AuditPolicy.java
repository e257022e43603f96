package kubelab.controlplane.apiserver.audit;

import java.util.List;
import java.util.Set;
import kubelab.controlplane.apiserver.request.RequestInfo;
import kubelab.controlplane.apiserver.request.User;
import org.jspecify.annotations.Nullable;

/**
 * How much is noted of which request: the first rule that matches decides, and a request that none matches is not noted.
 * {@link AuditPolicyReader} reads one from YAML.
 *
 * <p>Source: k8s.io/apiserver/pkg/audit/policy, release 1.34.
 */
public record AuditPolicy(List<Rule> rules) {
    /**
     * Metadata of every request, once it is answered. Readers of the log are left out: each look would make the log
     * longer.
     */
    public static final AuditPolicy DEFAULT = new AuditPolicy(List.of(
            Rule.of(AuditLevel.NONE, List.of("/logs*"), Set.of()),
            Rule.of(AuditLevel.METADATA, List.of(), Set.of(AuditStage.REQUEST_RECEIVED))));

    /** The rule of a request that no rule is about. */
    static final Rule UNMATCHED = Rule.of(AuditLevel.NONE, List.of(), Set.of());

    public AuditPolicy {
        rules = List.copyOf(rules);
    }

    /** The rule for a request. @param user who calls, before impersonation; null if that could not be found out */
    Rule ruleFor(@Nullable User user, RequestInfo info) {
        for (Rule rule : rules) {
            if (rule.matches(user, info)) {
                return rule;
            }
        }
        return UNMATCHED;
    }

    /**
     * Matches what all of its lists match; an empty list matches everything.
     *
     * @param omitStages with those that the whole policy omits
     */
    public record Rule(
            AuditLevel level,
            List<String> users,
            List<String> userGroups,
            List<String> verbs,
            List<GroupResources> resources,
            List<String> namespaces,
            List<String> nonResourceUrls,
            Set<AuditStage> omitStages,
            boolean omitManagedFields) {
        public Rule {
            users = List.copyOf(users);
            userGroups = List.copyOf(userGroups);
            verbs = List.copyOf(verbs);
            resources = List.copyOf(resources);
            namespaces = List.copyOf(namespaces);
            nonResourceUrls = List.copyOf(nonResourceUrls);
            omitStages = Set.copyOf(omitStages);
        }

        /** Of all requests, or of those to some paths that are no resources. */
        static Rule of(AuditLevel level, List<String> nonResourceUrls, Set<AuditStage> omitStages) {
            List<String> all = List.of();
            return new Rule(level, all, all, all, List.of(), all, nonResourceUrls, omitStages, false);
        }

        private boolean matches(@Nullable User user, RequestInfo info) {
            if (!users.isEmpty() && (user == null || !users.contains(user.name()))) {
                return false;
            }
            if (!userGroups.isEmpty() && (user == null || user.groups().stream().noneMatch(userGroups::contains))) {
                return false;
            }
            if (!verbs.isEmpty() && !verbs.contains(info.verb())) {
                return false;
            }
            if (!namespaces.isEmpty() || !resources.isEmpty()) {
                return info.resource() && matchesResource(info);
            }
            return nonResourceUrls.isEmpty() || !info.resource() && matchesPath(info.path());
        }

        private boolean matchesResource(RequestInfo info) {
            if (!namespaces.isEmpty() && !namespaces.contains(info.namespace())) {
                return false;
            }
            return resources.isEmpty() || resources.stream().anyMatch(group -> group.matches(info));
        }

        private boolean matchesPath(String path) {
            for (String url : nonResourceUrls) {
                boolean below = url.endsWith("*") && path.startsWith(url.substring(0, url.length() - 1));
                if (below || url.equals(path)) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * Resources of one group.
     *
     * @param resources {@code pods} (the object only), {@code pods/log}, {@code pods/*} (the object and its
     *     subresources), {@code *}{@code /scale}, {@code *}; empty for all
     * @param names of objects; empty for all
     */
    public record GroupResources(String group, List<String> resources, List<String> names) {
        public GroupResources {
            resources = List.copyOf(resources);
            names = List.copyOf(names);
        }

        private boolean matches(RequestInfo info) {
            if (!group.equals(info.group())) {
                return false;
            }
            if (resources.isEmpty()) {
                return true;
            }
            return (names.isEmpty() || names.contains(info.name()))
                    && resources.stream().anyMatch(resource -> matches(resource, info));
        }

        private static boolean matches(String resource, RequestInfo info) {
            String plural = info.plural();
            String subresource = info.subresource();
            if (resource.equals("*") || resource.equals(plural + "/*")) {
                return true;
            }
            return subresource.isEmpty()
                    ? resource.equals(plural)
                    : resource.equals(plural + "/" + subresource) || resource.equals("*/" + subresource);
        }
    }
}

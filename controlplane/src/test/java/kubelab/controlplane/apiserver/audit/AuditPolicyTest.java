package kubelab.controlplane.apiserver.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.RequestInfo;
import kubelab.controlplane.apiserver.request.User;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Facts of k8s.io/apiserver/pkg/audit/policy and pkg/apis/audit/validation, release 1.34. */
class AuditPolicyTest {
    private static final User JANE = User.of("jane", "dev", "ops");

    @ParameterizedTest(name = "{0} on {1} {2}: {3}")
    @CsvSource(delimiter = '|', textBlock = """
            users: [jane]                                                 | GET  | /version                                    | true
            users: [joe]                                                  | GET  | /version                                    | false
            userGroups: [qa, ops]                                         | GET  | /version                                    | true
            userGroups: [qa]                                              | GET  | /version                                    | false
            users: [jane], userGroups: [qa]                               | GET  | /version                                    | false
            verbs: [create]                                               | POST | /api/v1/namespaces/a/pods                   | true
            verbs: [create]                                               | GET  | /api/v1/namespaces/a/pods                   | false
            verbs: [get]                                                  | GET  | /version                                    | true
            verbs: [deletecollection]                                     | DELETE | /api/v1/namespaces/a/pods                 | true
            namespaces: [a]                                               | GET  | /api/v1/namespaces/a/pods/p                 | true
            namespaces: [a]                                               | GET  | /api/v1/namespaces/b/pods/p                 | false
            namespaces: [a]                                               | GET  | /api/v1/namespaces/a                        | true
            namespaces: [a]                                               | GET  | /version                                    | false
            namespaces: ['']                                              | GET  | /api/v1/nodes/n                             | true
            namespaces: ['']                                              | GET  | /api/v1/pods                                | true
            namespaces: ['']                                              | GET  | /api/v1/namespaces/a/pods                   | false
            resources: [{group: ''}]                                      | GET  | /api/v1/namespaces/a/pods/p/log             | true
            resources: [{group: ''}]                                      | GET  | /apis/apps/v1/deployments                   | false
            resources: [{resources: [pods]}]                              | GET  | /api/v1/namespaces/a/pods/p                 | true
            resources: [{resources: [pods]}]                              | GET  | /api/v1/namespaces/a/pods/p/log             | false
            resources: [{resources: [pods/log]}]                          | GET  | /api/v1/namespaces/a/pods/p/log             | true
            resources: [{resources: [pods/log]}]                          | GET  | /api/v1/namespaces/a/pods/p                 | false
            resources: [{resources: ['pods/*']}]                          | GET  | /api/v1/namespaces/a/pods/p/log             | true
            resources: [{resources: ['pods/*']}]                          | GET  | /api/v1/namespaces/a/pods/p                 | true
            resources: [{resources: ['pods/*']}]                          | GET  | /api/v1/namespaces/a/services/s/status      | false
            resources: [{resources: ['*/status']}]                        | GET  | /api/v1/namespaces/a/services/s/status      | true
            resources: [{resources: ['*/status']}]                        | GET  | /api/v1/namespaces/a/services/s             | false
            resources: [{resources: ['*']}]                               | GET  | /api/v1/namespaces/a/services/s/status      | true
            resources: [{resources: ['*']}]                               | GET  | /apis/apps/v1/deployments                   | false
            resources: [{group: apps, resources: [deployments/scale]}]    | PUT  | /apis/apps/v1/namespaces/a/deployments/d/scale | true
            resources: [{resources: [pods], resourceNames: [p]}]          | GET  | /api/v1/namespaces/a/pods/p                 | true
            resources: [{resources: [pods], resourceNames: [p]}]          | GET  | /api/v1/namespaces/a/pods/q                 | false
            resources: [{resources: [pods], resourceNames: [p]}]          | GET  | /api/v1/namespaces/a/pods                   | false
            resources: [{group: apps}, {group: ''}]                       | GET  | /api/v1/namespaces/a/pods                   | true
            resources: [{resources: [pods]}], namespaces: [b]             | GET  | /api/v1/namespaces/a/pods                   | false
            nonResourceURLs: [/version]                                   | GET  | /version                                    | true
            nonResourceURLs: [/version]                                   | GET  | /version/more                               | false
            nonResourceURLs: ['/healthz*']                                | GET  | /healthz/ping                               | true
            nonResourceURLs: ['*']                                        | GET  | /livez                                      | true
            nonResourceURLs: ['*']                                        | GET  | /api/v1/nodes                               | false
            nonResourceURLs: ['/api*']                                    | GET  | /apis/apps/v1                               | true
            """)
    void a_rule_matches_what_all_its_lists_match(String rule, String method, String path, boolean matches) {
        AuditPolicy policy = read("rules: [{level: Request, " + rule + "}]");
        assertThat(policy.ruleFor(JANE, request(method, path)).level())
                .isEqualTo(matches ? AuditLevel.REQUEST : AuditLevel.NONE);
    }

    @Test
    void the_first_rule_that_matches_decides() {
        AuditPolicy policy =
                read("rules: [{level: None, verbs: [get]}, {level: Metadata}, {level: Request, verbs: [list]}]");
        assertThat(policy.ruleFor(JANE, request("GET", "/api/v1/nodes")).level())
                .isEqualTo(AuditLevel.METADATA);
        assertThat(policy.ruleFor(JANE, request("GET", "/api/v1/nodes/n")).level())
                .isEqualTo(AuditLevel.NONE);
    }

    @Test
    void a_caller_who_is_not_known_is_no_user_and_in_no_group() {
        AuditPolicy policy =
                read("rules: [{level: None, users: [jane]}, {level: None, userGroups: [dev]}, {level: Metadata}]");
        assertThat(policy.ruleFor(null, request("GET", "/version")).level()).isEqualTo(AuditLevel.METADATA);
    }

    @Test
    void a_rule_omits_its_own_stages_and_those_of_the_policy() {
        AuditPolicy policy =
                read("omitStages: [RequestReceived]\nrules: [{level: Metadata, omitStages: [ResponseStarted]}]");
        assertThat(policy.rules().get(0).omitStages())
                .containsExactlyInAnyOrder(AuditStage.REQUEST_RECEIVED, AuditStage.RESPONSE_STARTED);
    }

    @Test
    void a_rule_says_more_of_managed_fields_than_the_policy() {
        AuditPolicy policy =
                read("omitManagedFields: true\nrules: [{level: Request}, {level: Request, omitManagedFields: false}]");
        assertThat(policy.rules())
                .extracting(AuditPolicy.Rule::omitManagedFields)
                .containsExactly(true, false);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            rules: [{users: [jane]}]                                                   | rules[0].level
            rules: [{level: All}]                                                      | rules[0].level
            rules: [{level: Metadata, omitStages: [Response]}]                         | rules[0].omitStages
            rules: [{level: None}, {level: None, nonResourceURLs: [version]}]          | rules[1].nonResourceURLs
            rules: [{level: None, nonResourceURLs: ['/a*b']}]                          | rules[0].nonResourceURLs
            rules: [{level: None, nonResourceURLs: [/a], namespaces: [b]}]             | rules[0].nonResourceURLs
            rules: [{level: None, resources: [{resourceNames: [a]}]}]                  | resourceNames
            rules: [{level: None, resources: [{group: apps/v1}]}]                      | rules[0].resources.group
            rules: []                                                                  | rules
            """)
    void a_policy_with_a_fault_is_refused(String text, String field) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(field);
    }

    @Test
    void another_kind_of_file_is_refused() {
        assertThatThrownBy(() -> AuditPolicyReader.read("apiVersion: v1\nkind: Pod\n"))
                .hasMessageContaining("expected kind Policy of audit.k8s.io/v1, got kind Pod of v1");
    }

    private static AuditPolicy read(String rest) {
        return AuditPolicyReader.read("apiVersion: audit.k8s.io/v1\nkind: Policy\n" + rest + "\n");
    }

    private static RequestInfo request(String method, String path) {
        return RequestInfo.of(ApiRequest.of(method, path, Map.of(), new byte[0], false, null));
    }
}

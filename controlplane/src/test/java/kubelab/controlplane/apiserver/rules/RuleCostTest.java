package kubelab.controlplane.apiserver.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import kubelab.controlplane.apiserver.request.ApiException.Cause;
import kubelab.controlplane.apiserver.structural.Structural;
import kubelab.controlplane.json.Json;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A rule that costs too much is given up; Kubernetes refuses such definitions, so there is no recording of this. */
class RuleCostTest {
    @Test
    void loops_in_loops_end_at_the_limit() {
        RuleTree rules = rules(
                "self.l.all(a, self.l.all(b, self.l.all(c, self.l.all(d, self.l.all(e, a + b + c + d + e > 0)))))");
        assertThat(rules.check(list(100), null, "").causes())
                .extracting(Cause::message)
                .singleElement()
                .asString()
                .startsWith("Invalid value: \"object\": 'operation cancelled: actual cost limit exceeded': no further"
                        + " validation rules will be run due to call cost exceeds limit for rule: self.l.all(a,");
    }

    @Test
    void loops_over_long_texts_end_at_the_limit() {
        ObjectNode object = list(1000);
        object.put("t", "a".repeat(100_000));
        List<Cause> causes = rules("self.l.all(a, self.t.matches('a*b') || true)")
                .check(object, null, "")
                .causes();
        assertThat(causes).hasSize(1);
        assertThat(causes.get(0).message()).contains("actual cost limit exceeded");
    }

    @Test
    void what_costs_little_is_evaluated() {
        assertThat(rules("self.l.all(a, self.l.all(b, a + b > 0))")
                        .check(list(100), null, "")
                        .causes())
                .isEmpty();
    }

    private static ObjectNode list(int size) {
        ObjectNode object = Json.object();
        ArrayNode list = object.putArray("l");
        for (int i = 1; i <= size; i++) {
            list.add(i);
        }
        return object;
    }

    private static RuleTree rules(String rule) {
        ObjectNode schema = Json.parseObject(
                "{\"type\":\"object\",\"properties\":{\"l\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}},"
                        + "\"t\":{\"type\":\"string\"}}}");
        schema.putArray(Structural.RULES).addObject().put("rule", rule);
        RuleTree tree = RuleTree.of(new Structural(schema), false);
        if (tree == null) {
            throw new AssertionError("no rules");
        }
        return tree;
    }
}

package kubelab.controlplane.apiserver.customresources;

import java.math.BigDecimal;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Numbers as Go writes them again that has no type for them: {@code 2.0} becomes {@code 2}. */
final class Numbers {
    private static final BigDecimal LARGE = new BigDecimal("1e18");

    private Numbers() {}

    static void canonical(JsonNode tree) {
        if (tree instanceof ObjectNode object) {
            Json.fields(object).forEach((name, value) -> {
                if (isWhole(value)) {
                    object.put(name, value.decimalValue().longValue());
                } else {
                    canonical(value);
                }
            });
        } else if (tree instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                JsonNode value = array.get(i);
                if (isWhole(value)) {
                    array.set(
                            i,
                            JsonNodeFactory.instance.numberNode(
                                    value.decimalValue().longValue()));
                } else {
                    canonical(value);
                }
            }
        }
    }

    private static boolean isWhole(JsonNode value) {
        return value.isNumber()
                && !value.isIntegralNumber()
                && value.decimalValue().abs().compareTo(LARGE) < 0
                && value.decimalValue().stripTrailingZeros().scale() <= 0;
    }
}

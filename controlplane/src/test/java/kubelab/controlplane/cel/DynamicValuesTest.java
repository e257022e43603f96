package kubelab.controlplane.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cel.common.types.SimpleType;
import java.util.Map;
import kubelab.controlplane.json.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of values whose types are known only when they come, as in policies, the right one of several functions is taken. */
class DynamicValuesTest {
    private static final Map<String, Object> VARIABLES = Map.of(
            "d",
            Values.of(Json.parseObject(
                    "{\"n\":5,\"f\":1.5,\"t\":\"abc\",\"l\":[3,1,2],\"fs\":[0.5,1.5],\"ts\":[\"b\",\"a\"],"
                            + "\"ip\":\"10.0.0.1\",\"none\":null}")));
    private static final Scope SCOPE = Language.KUBERNETES.scope(Map.of("d", SimpleType.DYN), Map.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "string(d.n) == '5' && string(ip(d.ip)) == '10.0.0.1' && string(cidr('10.0.0.0/8')) == '10.0.0.0/8'",
                "d.l.sum() == 6 && d.fs.sum() == 2.0 && d.l.max() == 3 && d.ts.min() == 'a' && !d.l.isSorted()",
                "d.l.indexOf(1) == 1 && d.t.indexOf('c') == 2 && d.ts.lastIndexOf('a') == 1",
                "cidr('10.0.0.0/8').containsIP(d.ip) && cidr('10.0.0.0/8').containsIP(ip(d.ip))",
                "quantity('1').add(d.n) == quantity('6') && quantity('1').isLessThan(quantity('2'))",
                "semver('1.0.0').isLessThan(semver('2.0.0')) && d.none == null && d.n < 5.5",
                "'%s %d'.format([d.t, d.n]) == 'abc 5'"
            })
    void hold(String expression) throws CompileFailure {
        Object value = SCOPE.compile(expression).evaluate(VARIABLES, new Budget(Budget.OF_A_CALL));
        assertThat(value).as(expression).isEqualTo(true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"d.n + 'a' == 'b'", "d.t.sum() == 1", "[d.n, d.t].max() == 1", "!d.n"})
    void values_of_wrong_types_are_said_to_be_wrong(String expression) throws CompileFailure {
        Expression compiled = SCOPE.compile(expression);
        assertThatThrownBy(() -> compiled.evaluate(VARIABLES, new Budget(Budget.OF_A_CALL)))
                .as(expression)
                .isInstanceOf(EvaluationFailure.class)
                .hasMessage("no such overload");
    }
}

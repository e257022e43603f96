package kubelab.controlplane.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import kubelab.controlplane.apiserver.encoding.LeanObject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeanObjectTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"kind":"A","metadata":{"name":"a","managedFields":[{"f":{"x]":{}}},{}]},"spec":{}} | {"kind":"A","metadata":{"name":"a"},"spec":{}}
            {"metadata":{"managedFields":[{"a":"\\"]"}],"name":"a"}}                                | {"metadata":{"name":"a"}}
            {"metadata":{"managedFields":[]}}                                                   | {"metadata":{}}
            {"metadata":{"name":"a"},"spec":{"managedFields":[1]}}                              | {"metadata":{"name":"a"},"spec":{"managedFields":[1]}}
            {"metadata":{"annotations":{"managedFields":"x","y":"\\"managedFields\\":[1]"}}}      | {"metadata":{"annotations":{"managedFields":"x","y":"\\"managedFields\\":[1]"}}}
            {"kind":"Status","code":404}                                                        | {"kind":"Status","code":404}
            """)
    void only_the_managed_fields_of_the_metadata_are_left_out(String object, String expected) {
        byte[] lean = LeanObject.of(object.strip().getBytes(StandardCharsets.UTF_8));
        assertThat(new String(lean, StandardCharsets.UTF_8)).as(object).isEqualTo(expected.strip());
    }
}

package kubelab.controlplane.quantity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountsTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, 0",
        "250m, 0.25, 250, 1",
        "1.5, 1.5, 1500, 2",
        "0.0001, 0.0001, 1, 1",
        "100u, 0.0001, 1, 1",
        "1n, 0.000000001, 1, 1",
        "2k, 2000, 2000000, 2000",
        "1e3, 1000, 1000000, 1000",
        "1E3, 1000, 1000000, 1000",
        "5E-1, 0.5, 500, 1",
        "1E, 1000000000000000000, , 1000000000000000000",
        "1.5Ki, 1536, 1536000, 1536",
        "0.3Ki, 307.2, 307200, 308",
        "128974848, 128974848, 128974848000, 128974848",
        "123Mi, 128974848, 128974848000, 128974848",
        "1Ei, 1152921504606846976, , 1152921504606846976",
        "-1, -1, -1000, -1",
        "+1, 1, 1000, 1"
    })
    void every_way_to_write_an_amount_is_one_number(String text, BigDecimal value, Long milli, long whole) {
        Quantity quantity = new Quantity(text);
        assertThat(Amounts.value(text)).isEqualByComparingTo(value);
        assertThat(Amounts.value(quantity)).isEqualByComparingTo(value);
        assertThat(Amounts.value(Quantity.parse(text))).isEqualByComparingTo(value);
        if (milli != null) {
            assertThat(Amounts.milli(quantity)).isEqualTo(milli);
        }
        assertThat(Amounts.whole(quantity)).isEqualTo(whole);
    }

    @Test
    void a_text_that_is_no_quantity_is_refused() {
        for (String text : new String[] {"", "x", "1x", "1KiB", "m", "1 Gi"}) {
            assertThatThrownBy(() -> Amounts.value(text)).as(text).isInstanceOf(NumberFormatException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.25, 1, 1", "0.25, 0.001, 250", "0.25, 0, 1", "1025, 1024, 2", "1024, 1024, 1"})
    void what_is_left_over_counts_as_one_more(BigDecimal amount, BigDecimal unit, long times) {
        assertThat(Amounts.divided(amount, unit)).isEqualByComparingTo(BigDecimal.valueOf(times));
    }

    @ParameterizedTest
    @CsvSource({
        "1536, true, 1536",
        "2048, true, 2Ki",
        "1048576, true, 1Mi",
        "1048576, false, 1048576",
        "0.25, false, 250m",
        "1.5, true, 1500m",
        "2.0, false, 2",
        "0, true, 0"
    })
    void amounts_are_written_as_short_as_can_be(BigDecimal amount, boolean binary, String text) {
        assertThat(Amounts.text(amount, binary)).isEqualTo(text);
    }

    @Test
    void measured_amounts_keep_their_unit() {
        assertThat(Amounts.nanos(0)).isEqualTo("0");
        assertThat(Amounts.nanos(1_500_000)).isEqualTo("1500000n");
        assertThat(Amounts.kibibytes(0)).isEqualTo("0");
        assertThat(Amounts.kibibytes(1)).isEqualTo("1Ki");
        assertThat(Amounts.kibibytes(1024 * 1024)).isEqualTo("1024Ki");
    }
}

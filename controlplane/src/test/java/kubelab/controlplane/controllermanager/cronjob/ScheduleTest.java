package kubelab.controlplane.controllermanager.cronjob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/5 * * * *      | 2026-01-01T00:00:30Z | 2026-01-01T00:05Z",
                "* * * * *        | 2026-01-01T00:00:00Z | 2026-01-01T00:01Z",
                "0 3 * * *        | 2026-01-01T03:00:00Z | 2026-01-02T03:00Z",
                "30 2 1 */2 *     | 2026-01-02T00:00:00Z | 2026-03-01T02:30Z",
                "0 0 * * mon-fri  | 2026-01-02T12:00:00Z | 2026-01-05T00:00Z",
                "0 0 13 * 5       | 2026-01-01T00:00:00Z | 2026-01-02T00:00Z",
                "@hourly          | 2026-01-01T00:59:59Z | 2026-01-01T01:00Z",
                "0 0 29 feb *     | 2026-01-01T00:00:00Z | 2028-02-29T00:00Z",
                "0 0 * * 7        | 2026-01-01T00:00:00Z | 2026-01-04T00:00Z",
            })
    void the_next_time_follows_the_fields(String schedule, String after, String next) {
        assertThat(Schedule.parse(schedule).next(ZonedDateTime.parse(after))).hasValue(ZonedDateTime.parse(next));
    }

    @Test
    void a_day_that_never_comes() {
        assertThat(Schedule.parse("0 0 30 2 *").next(ZonedDateTime.parse("2026-01-01T00:00:00Z")))
                .isEmpty();
    }

    @Test
    void nonsense_is_refused() {
        assertThatThrownBy(() -> Schedule.parse("every day")).hasMessageStartingWith("expected exactly 5 fields");
        assertThatThrownBy(() -> Schedule.parse("61 * * * *")).hasMessageContaining("out of range 0-59");
    }
}

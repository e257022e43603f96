package kubelab.controlplane.controllermanager.podautoscaler;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them: {@code 1m0s}, {@code 15s}, {@code 17.5s}. */
final class GoDuration {
    private static final Pattern PART = Pattern.compile("([0-9.]+)(h|ms|m|s)");
    private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);

    private GoDuration() {}

    /** What cannot be read counts as none. */
    static Duration parse(String text) {
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            BigDecimal seconds =
                    switch (part.group(2)) {
                        case "h" -> BigDecimal.valueOf(3600);
                        case "m" -> BigDecimal.valueOf(60);
                        case "s" -> BigDecimal.ONE;
                        default -> new BigDecimal("0.001");
                    };
            sum = sum.plusNanos(new BigDecimal(part.group(1))
                    .multiply(seconds)
                    .multiply(NANOS)
                    .longValue());
        }
        return sum;
    }
}

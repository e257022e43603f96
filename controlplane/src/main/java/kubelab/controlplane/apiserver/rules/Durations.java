package kubelab.controlplane.apiserver.rules;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as schemas have them: {@code 1h30m}, {@code 2 days}. Source: k8s.io/kube-openapi/pkg/validation/strfmt (1.34). */
final class Durations {
    private static final Pattern PART = Pattern.compile("([-+]?\\d+(?:\\.\\d+)?)\\s*([a-zµ]+)\\s*");
    private static final Map<String, Long> NANOS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L,
            "d", 86_400_000_000_000L,
            "w", 604_800_000_000_000L);

    private Durations() {}

    /** @throws IllegalArgumentException when it is none */
    static Duration parse(String text) {
        Matcher part = PART.matcher(text);
        BigDecimal nanos = BigDecimal.ZERO;
        int end = 0;
        while (part.find() && part.start() == end) {
            String unit = part.group(2);
            Long factor = NANOS.get(unit);
            factor = factor != null ? factor : NANOS.get(unit.startsWith("min") ? "m" : unit.substring(0, 1));
            if (factor == null) {
                throw new IllegalArgumentException(text);
            }
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(factor)));
            end = part.end();
        }
        if (end == 0 || end < text.length()) {
            throw new IllegalArgumentException(text);
        }
        return Duration.ofNanos(nanos.longValue());
    }
}

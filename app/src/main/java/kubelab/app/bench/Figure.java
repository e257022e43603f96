package kubelab.app.bench;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * One thing that was measured, on both clusters.
 *
 * @param unit ms, s, MiB or something a second
 * @param more whether more is better
 * @param real empty where there was no real cluster, or none can do it
 * @param note why there is no number, if there is none
 */
public record Figure(
        String id,
        String title,
        String unit,
        boolean more,
        Goal goal,
        List<Double> embedded,
        List<Double> real,
        String note) {
    public Figure {
        embedded = List.copyOf(embedded);
        real = List.copyOf(real);
    }

    static OptionalDouble median(List<Double> samples) {
        if (samples.isEmpty()) {
            return OptionalDouble.empty();
        }
        List<Double> sorted = samples.stream().sorted().toList();
        int half = sorted.size() / 2;
        return OptionalDouble.of(
                sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2);
    }

    /** How many times better the embedded cluster is. */
    OptionalDouble better() {
        OptionalDouble e = median(embedded);
        OptionalDouble r = median(real);
        if (e.isEmpty() || r.isEmpty() || e.getAsDouble() == 0 || r.getAsDouble() == 0) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(more ? e.getAsDouble() / r.getAsDouble() : r.getAsDouble() / e.getAsDouble());
    }

    /** yes, no, or "-" where it cannot be told. */
    String reached() {
        OptionalDouble e = median(embedded);
        if (e.isEmpty()) {
            return note.isEmpty() ? "-" : "no";
        }
        if (!goal.absolute() && better().isEmpty()) {
            return "-";
        }
        return goal.reached(e.getAsDouble(), better()) ? "yes" : "no";
    }

    String betterText() {
        OptionalDouble better = better();
        return better.isPresent() ? String.format(Locale.ROOT, "%.1f×", better.getAsDouble()) : "-";
    }

    /** The median, and from where to where the samples went. */
    static String text(List<Double> samples) {
        OptionalDouble median = median(samples);
        if (median.isEmpty()) {
            return "-";
        }
        double min = samples.stream().mapToDouble(d -> d).min().orElse(0);
        double max = samples.stream().mapToDouble(d -> d).max().orElse(0);
        return number(median.getAsDouble()) + (samples.size() > 1 ? " (" + number(min) + "–" + number(max) + ")" : "");
    }

    static String number(double value) {
        if (value >= 100) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value).replaceFirst("\\.0+$", "");
    }
}

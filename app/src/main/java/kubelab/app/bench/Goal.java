package kubelab.app.bench;

import java.util.Locale;
import java.util.OptionalDouble;

/** What a figure must reach. */
public sealed interface Goal {
    /** As in {@code "4× better"}. */
    String text();

    /**
     * @param embedded the median of the embedded cluster
     * @param better how many times better that is than the real cluster; empty when there was none
     */
    boolean reached(double embedded, OptionalDouble better);

    /** Whether it can be told without a real cluster. */
    default boolean absolute() {
        return true;
    }

    /** So many times better than the real cluster in the same run. */
    record Times(double factor) implements Goal {
        @Override
        public String text() {
            return factor == 1 ? "better" : String.format(Locale.ROOT, "%.0f× better", factor);
        }

        @Override
        public boolean reached(double embedded, OptionalDouble better) {
            return better.isPresent() && better.getAsDouble() >= factor;
        }

        @Override
        public boolean absolute() {
            return false;
        }
    }

    record AtMost(double value, String unit) implements Goal {
        @Override
        public String text() {
            return "≤ " + Figure.number(value) + " " + unit;
        }

        @Override
        public boolean reached(double embedded, OptionalDouble better) {
            return embedded <= value;
        }
    }

    record AtLeast(double value, String unit) implements Goal {
        @Override
        public String text() {
            return "≥ " + Figure.number(value) + " " + unit;
        }

        @Override
        public boolean reached(double embedded, OptionalDouble better) {
            return embedded >= value;
        }
    }
}

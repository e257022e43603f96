package kubelab.controlplane.controllermanager.cronjob;

import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Five fields: minute, hour, day of month, month, day of week; or one of the names such as {@code @hourly}. */
final class Schedule {
    private static final Map<String, String> NAMED = Map.of(
            "@hourly", "0 * * * *",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@weekly", "0 0 * * 0",
            "@monthly", "0 0 1 * *",
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *");
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");
    /** A schedule such as 30 February is given up after so many days. */
    private static final int SEARCH_DAYS = 5 * 366;

    private final BitSet minutes;
    private final BitSet hours;
    private final BitSet daysOfMonth;
    private final BitSet months;
    private final BitSet daysOfWeek;
    private final boolean eitherDay;

    private Schedule(String[] fields) {
        minutes = field(fields[0], 0, 59, List.of());
        hours = field(fields[1], 0, 23, List.of());
        daysOfMonth = field(fields[2], 1, 31, List.of());
        months = field(fields[3], 1, 12, MONTHS);
        daysOfWeek = field(fields[4], 0, 7, DAYS);
        if (daysOfWeek.get(7)) {
            daysOfWeek.set(0);
        }
        // With both kinds of day given, either will do; that is cron's old rule.
        eitherDay = !fields[2].startsWith("*") && !fields[4].startsWith("*");
    }

    /** @throws IllegalArgumentException when it is no schedule */
    static Schedule parse(String text) {
        String[] fields = NAMED.getOrDefault(text.trim(), text.trim()).split("\\s+", -1);
        if (fields.length != 5) {
            throw new IllegalArgumentException(
                    "expected exactly 5 fields, found " + fields.length + ": [" + text + "]");
        }
        return new Schedule(fields);
    }

    /** The first time after {@code after} that the schedule names. */
    Optional<ZonedDateTime> next(ZonedDateTime after) {
        ZonedDateTime time = after.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
        ZonedDateTime last = after.plusDays(SEARCH_DAYS);
        while (time.isBefore(last)) {
            if (!months.get(time.getMonthValue()) || !isDay(time)) {
                time = time.truncatedTo(ChronoUnit.DAYS).plusDays(1);
            } else if (!hours.get(time.getHour())) {
                time = time.truncatedTo(ChronoUnit.HOURS).plusHours(1);
            } else if (!minutes.get(time.getMinute())) {
                time = time.plusMinutes(1);
            } else {
                return Optional.of(time);
            }
        }
        return Optional.empty();
    }

    static ZoneId zone(@org.jspecify.annotations.Nullable String name) {
        return name == null || name.isEmpty() ? ZoneId.of("UTC") : ZoneId.of(name);
    }

    private boolean isDay(ZonedDateTime time) {
        boolean month = daysOfMonth.get(time.getDayOfMonth());
        boolean week = daysOfWeek.get(time.getDayOfWeek().getValue() % 7);
        return eitherDay ? month || week : month && week;
    }

    private static BitSet field(String text, int lowest, int highest, List<String> names) {
        BitSet values = new BitSet();
        for (String part : text.split(",", -1)) {
            int slash = part.indexOf('/');
            int step = slash < 0 ? 1 : Integer.parseInt(part.substring(slash + 1));
            String range = slash < 0 ? part : part.substring(0, slash);
            int from = lowest;
            int to = highest;
            if (!range.equals("*") && !range.equals("?")) {
                int dash = range.indexOf('-');
                from = value(dash < 0 ? range : range.substring(0, dash), lowest, names);
                to = dash >= 0 ? value(range.substring(dash + 1), lowest, names) : slash < 0 ? from : highest;
            }
            if (from < lowest || to > highest || from > to || step < 1) {
                throw new IllegalArgumentException("out of range " + lowest + "-" + highest + ": " + text);
            }
            for (int value = from; value <= to; value += step) {
                values.set(value);
            }
        }
        return values;
    }

    private static int value(String text, int lowest, List<String> names) {
        int named = names.indexOf(text.toLowerCase(Locale.ROOT));
        return named >= 0 ? named + lowest : Integer.parseInt(text);
    }
}

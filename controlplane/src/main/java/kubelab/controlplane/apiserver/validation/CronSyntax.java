package kubelab.controlplane.apiserver.validation;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What is wrong with a schedule, in the words of the library that reads it. Source: robfig/cron v3 (as of 1.34). */
final class CronSyntax {
    private static final Set<String> NAMED =
            Set.of("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

    private CronSyntax() {}

    /** @return empty when it is a schedule */
    static String problem(String schedule) {
        try {
            check(schedule);
            return "";
        } catch (SyntaxException wrong) {
            return String.valueOf(wrong.getMessage());
        }
    }

    private static final class SyntaxException extends Exception {
        private static final long serialVersionUID = 1L;

        SyntaxException(String message) {
            super(message, null, false, false);
        }
    }

    private static void check(String schedule) throws SyntaxException {
        String text = schedule;
        if (text.startsWith("TZ=") || text.startsWith("CRON_TZ=")) {
            int space = text.indexOf(' ') < 0 ? text.length() : text.indexOf(' ');
            String zone = text.substring(text.indexOf('=') + 1, space);
            if (!zone.isEmpty() && !ZoneId.getAvailableZoneIds().contains(zone)) {
                throw new SyntaxException("provided bad location " + zone + ": unknown time zone " + zone);
            }
            text = text.substring(space).strip();
        }
        if (text.startsWith("@")) {
            named(text);
            return;
        }
        List<String> fields = new ArrayList<>(List.of(text.strip().split("\\s+")));
        fields.removeIf(String::isEmpty);
        if (fields.size() != 5) {
            throw new SyntaxException(
                    "expected exactly 5 fields, found " + fields.size() + ": [" + String.join(" ", fields) + "]");
        }
        field(fields.get(0), 0, 59, List.of());
        field(fields.get(1), 0, 23, List.of());
        field(fields.get(2), 1, 31, List.of());
        field(fields.get(3), 1, 12, MONTHS);
        field(fields.get(4), 0, 6, DAYS);
    }

    private static void named(String text) throws SyntaxException {
        if (text.startsWith("@every ")) {
            String duration = text.substring("@every ".length());
            if (!duration.matches("[-+]?(0|([0-9]*\\.?[0-9]+(ns|us|µs|ms|s|m|h))+)")) {
                throw new SyntaxException(
                        "failed to parse duration " + text + ": time: invalid duration \"" + duration + "\"");
            }
        } else if (!NAMED.contains(text)) {
            throw new SyntaxException("unrecognized descriptor: " + text);
        }
    }

    private static void field(String text, int least, int most, List<String> names) throws SyntaxException {
        for (String part : text.split(",")) {
            if (!part.isEmpty()) {
                range(part, least, most, names);
            }
        }
    }

    private static void range(String text, int least, int most, List<String> names) throws SyntaxException {
        String[] steps = text.split("/", -1);
        String[] ends = steps[0].split("-", -1);
        int start = least;
        int end = most;
        if (!ends[0].equals("*") && !ends[0].equals("?")) {
            start = value(ends[0], least, names);
            if (ends.length > 2) {
                throw new SyntaxException("too many hyphens: " + text);
            }
            end = ends.length == 1 ? start : value(ends[1], least, names);
        }
        int step = 1;
        if (steps.length > 2) {
            throw new SyntaxException("too many slashes: " + text);
        }
        if (steps.length == 2) {
            step = number(steps[1]);
            end = ends.length == 1 ? most : end;
        }
        if (start < least) {
            throw new SyntaxException("beginning of range (" + start + ") below minimum (" + least + "): " + text);
        }
        if (end > most) {
            throw new SyntaxException("end of range (" + end + ") above maximum (" + most + "): " + text);
        }
        if (start > end) {
            throw new SyntaxException("beginning of range (" + start + ") beyond end of range (" + end + "): " + text);
        }
        if (step == 0) {
            throw new SyntaxException("step of range should be a positive number: " + text);
        }
    }

    private static int value(String text, int least, List<String> names) throws SyntaxException {
        int named = names.indexOf(text.toLowerCase(Locale.ROOT));
        return named >= 0 ? named + least : number(text);
    }

    private static int number(String text) throws SyntaxException {
        int number;
        try {
            number = Integer.parseInt(text);
        } catch (NumberFormatException none) {
            throw new SyntaxException(
                    "failed to parse int from " + text + ": strconv.Atoi: parsing \"" + text + "\": invalid syntax");
        }
        if (number < 0) {
            throw new SyntaxException("negative number (" + number + ") not allowed: " + text);
        }
        return number;
    }
}

package kubelab.controlplane.cel.library;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Versions such as {@code 1.2.3-beta.1}. Source: k8s.io/apiserver/pkg/cel/library/semverlib.go (1.34). */
final class SemverFunctions {
    private static final OpaqueType SEMVER = OpaqueType.create("kubernetes.Semver");
    private static final String NUMBER = "(0|[1-9]\\d{0,17})";
    private static final Pattern STRICT = Pattern.compile(NUMBER + "\\." + NUMBER + "\\." + NUMBER
            + "(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?");

    /** @param pre what stands behind the dash; empty for a release */
    record Version(long major, long minor, long patch, String pre) implements Comparable<Version> {
        static @Nullable Version read(String text, boolean normalize) {
            Matcher parts = STRICT.matcher(normalize ? normalized(text) : text);
            if (!parts.matches()) {
                return null;
            }
            return new Version(
                    Long.parseLong(parts.group(1)),
                    Long.parseLong(parts.group(2)),
                    Long.parseLong(parts.group(3)),
                    parts.group(4) == null ? "" : parts.group(4));
        }

        static Version of(String text, boolean normalize) {
            Version version = read(text, normalize);
            if (version == null) {
                throw new IllegalArgumentException("No Major.Minor.Patch elements found");
            }
            return version;
        }

        /** Without a leading v, with all three numbers and without leading zeros. */
        private static String normalized(String text) {
            String bare = text.startsWith("v") ? text.substring(1) : text;
            int end = bare.length();
            for (int i = bare.length() - 1; i >= 0; i--) {
                end = bare.charAt(i) == '-' || bare.charAt(i) == '+' ? i : end;
            }
            String[] numbers = bare.substring(0, end).split("\\.", -1);
            StringBuilder whole = new StringBuilder();
            for (int i = 0; i < Math.max(3, numbers.length); i++) {
                whole.append(i == 0 ? "" : ".")
                        .append(i < numbers.length ? numbers[i].replaceFirst("^0+(?=\\d)", "") : "0");
            }
            return whole + bare.substring(end);
        }

        @Override
        public int compareTo(Version other) {
            int order = Long.compare(major, other.major);
            order = order != 0 ? order : Long.compare(minor, other.minor);
            order = order != 0 ? order : Long.compare(patch, other.patch);
            if (order != 0 || pre.equals(other.pre)) {
                return order;
            }
            if (pre.isEmpty() || other.pre.isEmpty()) {
                return pre.isEmpty() ? 1 : -1;
            }
            String[] mine = pre.split("\\.");
            String[] theirs = other.pre.split("\\.");
            for (int i = 0; i < Math.min(mine.length, theirs.length); i++) {
                int part = identifier(mine[i], theirs[i]);
                if (part != 0) {
                    return part;
                }
            }
            return Integer.compare(mine.length, theirs.length);
        }

        /** Numbers are smaller than words, and compared as numbers. */
        private static int identifier(String one, String other) {
            boolean number = one.matches("\\d{1,18}");
            boolean otherNumber = other.matches("\\d{1,18}");
            if (number && otherNumber) {
                return Long.compare(Long.parseLong(one), Long.parseLong(other));
            }
            return number ? -1 : otherNumber ? 1 : Integer.signum(one.compareTo(other));
        }
    }

    private SemverFunctions() {}

    static void addTo(Functions functions) {
        CelType bool = SimpleType.BOOL;
        CelType number = SimpleType.INT;
        List<CelType> text = List.of(SimpleType.STRING);
        List<CelType> lenient = List.of(SimpleType.STRING, bool);
        List<CelType> one = List.of(SEMVER);
        List<CelType> two = List.of(SEMVER, SEMVER);
        functions.global("semver", SEMVER, text, args -> Version.of((String) args[0], false));
        functions.global("semver", SEMVER, lenient, args -> Version.of((String) args[0], (Boolean) args[1]));
        functions.global("isSemver", bool, text, args -> Version.read((String) args[0], false) != null);
        functions.global("isSemver", bool, lenient, args -> Version.read((String) args[0], (Boolean) args[1]) != null);
        functions.member("major", number, one, args -> ((Version) args[0]).major);
        functions.member("minor", number, one, args -> ((Version) args[0]).minor);
        functions.member("patch", number, one, args -> ((Version) args[0]).patch);
        functions.member("isGreaterThan", bool, two, args -> compare(args) > 0);
        functions.member("isLessThan", bool, two, args -> compare(args) < 0);
        functions.member("compareTo", number, two, args -> (long) compare(args));
    }

    private static int compare(Object[] args) {
        return ((Version) args[0]).compareTo((Version) args[1]);
    }
}

package kubelab.controlplane.apiserver.structural;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The formats of strings that a schema may name, here without dashes; one that is not known is not checked.
 *
 * <p>Source: k8s.io/kube-openapi/pkg/validation/strfmt (1.34).
 */
public final class Formats {
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern IPV6 = Pattern.compile("(?=.*:)[0-9a-fA-F:]*(:" + IPV4 + ")?");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private static final Map<String, Predicate<String>> KNOWN = Map.ofEntries(
            Map.entry("date", Formats::isDate),
            Map.entry("datetime", Formats::isDateTime),
            Map.entry("byte", Formats::isBase64),
            Map.entry("uri", Formats::isUri),
            Map.entry("email", matching("[^@\\s]+@[^@\\s]+")),
            Map.entry(
                    "hostname",
                    matching("(?i)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*\\.?")),
            Map.entry("ipv4", text -> IPV4.matcher(text).matches()),
            Map.entry("ipv6", Formats::isIpv6),
            Map.entry("cidr", Formats::isCidr),
            Map.entry("mac", matching("(?i)[0-9a-f]{2}([:-][0-9a-f]{2}){5}|([0-9a-f]{4}\\.){2}[0-9a-f]{4}")),
            Map.entry("uuid", matching("(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")),
            Map.entry("uuid3", matching("(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}")),
            Map.entry("uuid4", matching("(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}")),
            Map.entry("uuid5", matching("(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}")),
            Map.entry("duration", matching("(?i)(-?\\d+(\\.\\d+)?\\s*(ns|us|µs|ms|s|m|h|d|w|[a-z]+)\\s*)+")),
            Map.entry("hexcolor", matching("(?i)#?([0-9a-f]{3}|[0-9a-f]{6})")),
            Map.entry(
                    "rgbcolor",
                    matching("(?i)rgb\\(\\s*" + OCTET + "\\s*,\\s*" + OCTET + "\\s*,\\s*" + OCTET + "\\s*\\)")),
            Map.entry("bsonobjectid", matching("(?i)[0-9a-f]{24}")),
            Map.entry("ssn", matching("\\d{3}[- ]?\\d{2}[- ]?\\d{4}")),
            Map.entry("creditcard", matching("[\\d -]{13,23}")),
            Map.entry("isbn", matching("[\\d Xx-]{10,17}")),
            Map.entry("isbn10", matching("[\\d Xx-]{10,13}")),
            Map.entry("isbn13", matching("[\\d -]{13,17}")),
            Map.entry("password", text -> true),
            Map.entry("k8sshortname", text -> LABEL.matcher(text).matches()),
            Map.entry(
                    "k8slongname",
                    text -> text.length() <= 253 && Pattern.matches(LABEL + "(\\." + LABEL + ")*", text)));

    private Formats() {}

    /** Whether the format is one that is checked. */
    public static boolean isKnown(String format) {
        return KNOWN.containsKey(plain(format));
    }

    public static boolean fits(String format, String text) {
        Predicate<String> check = KNOWN.get(plain(format));
        return check == null || check.test(text);
    }

    /** {@code date-time} and {@code datetime} are the same. */
    private static String plain(String format) {
        return format.replace("-", "");
    }

    private static Predicate<String> matching(String regex) {
        Pattern pattern = Pattern.compile(regex);
        return text -> pattern.matcher(text).matches();
    }

    private static boolean isDate(String text) {
        try {
            return LocalDate.parse(text) != null;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isDateTime(String text) {
        try {
            return OffsetDateTime.parse(text.replace('t', 'T').replace('z', 'Z')) != null;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isBase64(String text) {
        try {
            return Base64.getDecoder().decode(text) != null && text.length() % 4 == 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isUri(String text) {
        try {
            URI uri = new URI(text);
            return uri.isAbsolute() || text.startsWith("/");
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isIpv6(String text) {
        int groups = text.split(":", -1).length;
        return IPV6.matcher(text).matches()
                && (groups == 8 || text.contains("::") && groups <= 9)
                && !text.contains(":::");
    }

    private static boolean isCidr(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("\\d{1,3}")) {
            return false;
        }
        String address = text.substring(0, slash);
        int length = Integer.parseInt(text.substring(slash + 1));
        return IPV4.matcher(address).matches() && length <= 32 || isIpv6(address) && length <= 128;
    }
}

package kubelab.controlplane.apiserver.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The forms that names take, and what is said about those that do not. Source: …/pkg/util/validation (1.34). */
public final class Names {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern SUBDOMAIN = Pattern.compile(LABEL + "(\\." + LABEL + ")*");
    private static final Pattern WITH_UNDERSCORE =
            Pattern.compile("_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*");
    private static final Pattern WILDCARD = Pattern.compile("\\*\\." + SUBDOMAIN);
    private static final Pattern HTTP_PATH = Pattern.compile("[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+");
    private static final Pattern HEADER = Pattern.compile("[-A-Za-z0-9]+");
    private static final Pattern LABEL_1035 = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern QUALIFIED = Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
    private static final Pattern LABEL_VALUE = Pattern.compile("(" + QUALIFIED + ")?");
    private static final Pattern CONFIG_KEY = Pattern.compile("[-._a-zA-Z0-9]+");
    private static final Pattern LETTER = Pattern.compile("[a-z]");

    private Names() {}

    public static List<String> subdomain(String value) {
        List<String> wrong = new ArrayList<>();
        longest(value, 253, wrong);
        matches(
                value,
                SUBDOMAIN,
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must"
                        + " start and end with an alphanumeric character",
                "'example.com'",
                wrong);
        return wrong;
    }

    static List<String> subdomainWithUnderscore(String value) {
        List<String> wrong = new ArrayList<>();
        longest(value, 253, wrong);
        matches(
                value,
                WITH_UNDERSCORE,
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and"
                        + " must start and end with an alphanumeric character",
                "'example.com'",
                wrong);
        return wrong;
    }

    static List<String> wildcard(String value) {
        List<String> wrong = new ArrayList<>();
        longest(value, 253, wrong);
        matches(
                value,
                WILDCARD,
                "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must"
                        + " consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric"
                        + " character",
                "'*.example.com'",
                wrong);
        return wrong;
    }

    static List<String> httpPath(String value) {
        return HTTP_PATH.matcher(value).matches()
                ? List.of()
                : List.of("Invalid path (regex used for validation is '" + HTTP_PATH + "')");
    }

    static List<String> httpHeader(String value) {
        List<String> wrong = new ArrayList<>();
        matches(
                value,
                HEADER,
                "a valid HTTP header must consist of alphanumeric characters or '-'",
                "'X-Header-Name'",
                wrong);
        return wrong;
    }

    static boolean isInt32(String text) {
        // no sign in front, no zeros
        if (!text.matches("0|-?[1-9][0-9]{0,9}")) {
            return false;
        }
        long value = Long.parseLong(text);
        return value >= Integer.MIN_VALUE && value <= Integer.MAX_VALUE;
    }

    public static List<String> label(String value) {
        List<String> wrong = new ArrayList<>();
        longest(value, 63, wrong);
        if (value.contains(".") && SUBDOMAIN.matcher(value).matches()) {
            wrong.add("must not contain dots");
            return wrong;
        }
        matches(
                value,
                LABEL,
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and"
                        + " end with an alphanumeric character",
                "'my-name',  or '123-abc'",
                wrong);
        return wrong;
    }

    public static List<String> label1035(String value) {
        List<String> wrong = new ArrayList<>();
        longest(value, 63, wrong);
        matches(
                value,
                LABEL_1035,
                "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic"
                        + " character, and end with an alphanumeric character",
                "'my-name',  or 'abc-123'",
                wrong);
        return wrong;
    }

    public static List<String> labelValue(String value) {
        List<String> wrong = new ArrayList<>();
        longest(value, 63, wrong);
        matches(
                value,
                LABEL_VALUE,
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must"
                        + " start and end with an alphanumeric character",
                "'MyValue',  or 'my_value',  or '12345'",
                wrong);
        return wrong;
    }

    /** Keys of labels and annotations: a name, perhaps with a domain before a slash. */
    public static List<String> qualified(String value) {
        List<String> wrong = new ArrayList<>();
        String[] parts = value.split("/", -1);
        String name = parts[parts.length - 1];
        if (parts.length > 2) {
            wrong.add(
                    "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end"
                            + " with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
                            + " validation is '" + QUALIFIED + "') with an optional DNS subdomain prefix and '/' (e.g."
                            + " 'example.com/MyName')");
            return wrong;
        }
        if (parts.length == 2) {
            if (parts[0].isEmpty()) {
                wrong.add("prefix part must be non-empty");
            } else {
                subdomain(parts[0]).forEach(reason -> wrong.add("prefix part " + reason));
            }
        }
        if (name.isEmpty()) {
            wrong.add("name part must be non-empty");
        } else if (name.length() > 63) {
            wrong.add("name part must be no more than 63 characters");
        }
        matches(
                name,
                QUALIFIED,
                "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
                        + " alphanumeric character",
                "'MyName',  or 'my.name',  or '123-abc'",
                wrong);
        return wrong;
    }

    static List<String> configKey(String value) {
        List<String> wrong = new ArrayList<>();
        longest(value, 253, wrong);
        matches(
                value,
                CONFIG_KEY,
                "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
                "'key.name',  or 'KEY_NAME',  or 'key-name'",
                wrong);
        if (value.equals(".")) {
            wrong.add("must not be '.'");
        } else if (value.startsWith("..")) {
            wrong.add(value.equals("..") ? "must not be '..'" : "must not start with '..'");
        }
        return wrong;
    }

    /** Names of ports: short, and not to be taken for a number. */
    static List<String> port(String value) {
        List<String> wrong = new ArrayList<>();
        longest(value, 15, wrong);
        if (!value.matches("[-a-z0-9]+")) {
            wrong.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        }
        if (!LETTER.matcher(value).find()) {
            wrong.add("must contain at least one letter (a-z)");
        }
        if (value.contains("--")) {
            wrong.add("must not contain consecutive hyphens");
        }
        if (value.startsWith("-") || value.endsWith("-")) {
            wrong.add("must not begin or end with a hyphen");
        }
        return wrong;
    }

    static List<String> environment(String value) {
        boolean fine = !value.isEmpty() && value.chars().allMatch(c -> c > 31 && c < 127 && c != '=');
        return fine
                ? List.of()
                : List.of("a valid environment variable name must consist only of printable ASCII characters other than"
                        + " '='");
    }

    private static void longest(String value, int length, List<String> wrong) {
        if (value.length() > length) {
            wrong.add("must be no more than " + length + (length == 1 ? " character" : " characters"));
        }
    }

    private static void matches(String value, Pattern regex, String rule, String examples, List<String> wrong) {
        if (!regex.matcher(value).matches()) {
            wrong.add(rule + " (e.g. " + examples + ", regex used for validation is '" + regex + "')");
        }
    }
}

package kubelab.controlplane.apiserver.validation;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Amounts such as {@code 250m}, {@code 1.5Gi}, {@code 1e3}.
 *
 * <p>Source: k8s.io/apimachinery/pkg/api/resource/quantity.go (1.34).
 */
public final class Quantity {
    private static final List<String> BINARY = List.of("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei");
    private static final List<String> DECIMAL = List.of("n", "u", "m", "", "k", "M", "G", "T", "P", "E");
    private static final BigDecimal KIBI = BigDecimal.valueOf(1024);
    private static final BigDecimal MOST_BINARY = BigDecimal.valueOf(Long.MAX_VALUE);
    /** Sign, number, fraction, unit. */
    private static final Pattern SYNTAX =
            Pattern.compile("([+-]?)0*([0-9]*)(\\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)");

    private Quantity() {}

    /**
     * The form that upstream stores: {@code 1000m} → {@code 1}, {@code 1024Mi} → {@code 1Gi}, {@code 0.5} → {@code 500m}.
     * A text that is short and needs no other unit stays as it is: {@code +1}, {@code 1500m}.
     *
     * @param digits behind the point that are kept; what is smaller is rounded up
     * @throws DecodeException when it is no quantity
     */
    static String canonical(String sent, int digits) throws DecodeException {
        String text = sent.replaceAll("^ +| +$", "");
        Matcher parts = SYNTAX.matcher(text);
        if (text.isEmpty() || !parts.matches()) {
            throw new DecodeException(
                    "quantities must match the regular expression '^([+-]?[0-9.]+)" + "([eEinumkKMGTP]*[-+]?[0-9]*)$'");
        }
        String whole = parts.group(2).isEmpty() ? "0" : parts.group(2);
        String fraction = parts.group(4) == null ? "" : parts.group(4);
        String suffix = parts.group(5);
        boolean binary = suffix.endsWith("i");
        if (isExponent(suffix)
                ? !suffix.matches("[eE][+-]?[0-9]{1,4}")
                : !(binary ? BINARY : DECIMAL).contains(suffix)) {
            throw new DecodeException("unable to parse quantity's suffix");
        }
        BigDecimal value = new BigDecimal(whole + "." + (fraction.isEmpty() ? "0" : fraction));
        int scale = isExponent(suffix)
                ? Integer.parseInt(suffix.substring(1))
                : 3 * (DECIMAL.indexOf(suffix) - DECIMAL.indexOf(""));
        value = binary ? value.multiply(KIBI.pow(BINARY.indexOf(suffix))) : value.scaleByPowerOfTen(scale);
        if (isKept(whole + fraction, fraction.length(), scale, binary ? BINARY.indexOf(suffix) : -1)
                && (binary || scale - fraction.length() >= -digits)) {
            return text;
        }
        if (value.signum() == 0) {
            return "0";
        }
        if (binary && value.compareTo(MOST_BINARY) > 0) {
            value = MOST_BINARY;
        }
        value = value.setScale(digits, RoundingMode.UP);
        if (parts.group(1).equals("-")) {
            value = value.negate();
        }
        if (binary) {
            // Binary quantities below 1024 and fractions that no smaller binary unit can hold are written in decimals.
            return value.abs().compareTo(KIBI) < 0 || !isInteger(value)
                    ? decimal(value)
                    : binary(value.toBigIntegerExact());
        }
        return isExponent(suffix) ? exponent(value) : decimal(value);
    }

    /** Whether upstream's fast way reads it and finds it in canonical form. */
    private static boolean isKept(String number, int fraction, int scale, int binaryUnit) {
        if (binaryUnit >= 0) {
            int precision = 15 - number.length() - 3 * binaryUnit - 1;
            return fraction == 0 && precision >= 0 && (Long.parseLong(number) & 7) != 0;
        }
        int shifted = scale - fraction;
        return number.length() <= 18
                && shifted >= -9
                && shifted % 3 == 0
                && !number.endsWith("000")
                && number.charAt(0) != '0';
    }

    /** The number that {@code text} stands for, in units (cores, bytes). */
    public static BigDecimal value(String text) {
        String suffix = suffix(text);
        BigDecimal number = new BigDecimal(text.substring(0, text.length() - suffix.length()));
        if (isExponent(suffix)) {
            return number.scaleByPowerOfTen(Integer.parseInt(suffix.substring(1)));
        }
        if (suffix.endsWith("i")) {
            return number.multiply(KIBI.pow(BINARY.indexOf(suffix)));
        }
        return number.scaleByPowerOfTen(3 * (DECIMAL.indexOf(suffix) - DECIMAL.indexOf("")));
    }

    private static String binary(BigInteger value) {
        int unit = 0;
        while (unit < BINARY.size() - 1 && value.mod(BigInteger.valueOf(1024)).signum() == 0) {
            value = value.divide(BigInteger.valueOf(1024));
            unit++;
        }
        return value + BINARY.get(unit);
    }

    /** Nothing below a nano-unit is kept: it is rounded up. */
    private static String decimal(BigDecimal value) {
        BigInteger nanos =
                value.scaleByPowerOfTen(9).setScale(0, RoundingMode.UP).toBigInteger();
        int unit = 0;
        while (unit < DECIMAL.size() - 1 && nanos.mod(BigInteger.valueOf(1000)).signum() == 0) {
            nanos = nanos.divide(BigInteger.valueOf(1000));
            unit++;
        }
        return nanos + DECIMAL.get(unit);
    }

    private static String exponent(BigDecimal value) {
        BigInteger nanos =
                value.scaleByPowerOfTen(9).setScale(0, RoundingMode.UP).toBigInteger();
        int exponent = -9;
        while (nanos.mod(BigInteger.valueOf(1000)).signum() == 0) {
            nanos = nanos.divide(BigInteger.valueOf(1000));
            exponent += 3;
        }
        return exponent == 0 ? nanos.toString() : nanos + "e" + exponent;
    }

    private static boolean isInteger(BigDecimal value) {
        return value.stripTrailingZeros().scale() <= 0;
    }

    private static boolean isExponent(String suffix) {
        return suffix.length() > 1 && (suffix.charAt(0) == 'e' || suffix.charAt(0) == 'E') && !suffix.equals("Ei");
    }

    private static String suffix(String text) {
        int end = 0;
        while (end < text.length() && "+-.0123456789".indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        return text.substring(end);
    }
}

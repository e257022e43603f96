package kubelab.controlplane.apiserver.validation;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;

/**
 * Amounts such as {@code 250m}, {@code 1.5Gi}, {@code 1e3}.
 *
 * <p>Source: k8s.io/apimachinery/pkg/api/resource/quantity.go (1.34).
 */
public final class Quantity {
    private static final List<String> BINARY = List.of("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei");
    private static final List<String> DECIMAL = List.of("n", "u", "m", "", "k", "M", "G", "T", "P", "E");
    private static final BigDecimal KIBI = BigDecimal.valueOf(1024);

    private Quantity() {}

    /** The form that upstream stores: {@code 1000m} → {@code 1}, {@code 1024Mi} → {@code 1Gi}, {@code 0.5} → {@code 500m}. */
    public static String canonical(String text) {
        if (text.isEmpty()) {
            return "0";
        }
        String suffix = suffix(text);
        BigDecimal value = value(text);
        if (value.signum() == 0) {
            return "0";
        }
        if (suffix.endsWith("i")) {
            // Binary quantities below 1024 and fractions that no smaller binary unit can hold are written in decimals.
            if (value.abs().compareTo(KIBI) < 0 || !isInteger(value)) {
                return decimal(value);
            }
            return binary(value.toBigIntegerExact());
        }
        return isExponent(suffix) ? exponent(value) : decimal(value);
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
        return suffix.length() > 1 && (suffix.charAt(0) == 'e' || suffix.charAt(0) == 'E');
    }

    private static String suffix(String text) {
        int end = 0;
        while (end < text.length() && "+-.0123456789".indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        return text.substring(end);
    }
}

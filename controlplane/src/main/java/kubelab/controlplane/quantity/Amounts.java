package kubelab.controlplane.quantity;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;

/**
 * Calculates with quantities. A number is in units of its resource (cores, bytes, pieces); where whole numbers are wanted
 * it is rounded up, so that no amount is lost.
 *
 * <p>Source: Value, MilliValue and ScaledValue in k8s.io/apimachinery/pkg/api/resource/quantity.go, release 1.34.
 */
public final class Amounts {
    private static final List<String> BINARY = List.of("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei");
    private static final List<String> DECIMAL = List.of("n", "u", "m", "", "k", "M", "G", "T", "P", "E");
    private static final BigInteger KIBI = BigInteger.valueOf(1024);

    private Amounts() {}

    /**
     * @param text a quantity: {@code 250m}, {@code 1.5Gi}, {@code 1e3}
     * @return the number of units that it stands for
     * @throws NumberFormatException when it is no quantity
     */
    public static BigDecimal value(String text) {
        int end = 0;
        while (end < text.length() && "+-.0123456789".indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        return value(text.substring(0, end), text.substring(end));
    }

    public static BigDecimal value(Quantity quantity) {
        return value(quantity.toString());
    }

    /** In thousandths of a unit, as CPU is counted: {@code 1.5} → 1500. */
    public static long milli(Quantity quantity) {
        return up(value(quantity).movePointRight(3));
    }

    /** In whole units, as bytes and pieces are counted: {@code 1Ki} → 1024. */
    public static long whole(Quantity quantity) {
        return up(value(quantity));
    }

    /** How often {@code unit} goes into {@code amount}; a unit of zero counts as one. */
    public static BigDecimal divided(BigDecimal amount, BigDecimal unit) {
        return amount.divide(unit.signum() == 0 ? BigDecimal.ONE : unit, 0, RoundingMode.CEILING);
    }

    /** The shortest way to write an amount: binary units for a multiple of 1Ki, m for fractions, as upstream does. */
    public static String text(BigDecimal amount, boolean binary) {
        if (amount.stripTrailingZeros().scale() > 0) {
            return up(amount.movePointRight(3)) + "m";
        }
        BigInteger whole = amount.toBigInteger();
        if (!binary || whole.signum() == 0) {
            return whole.toString();
        }
        int unit = 0;
        while (unit < BINARY.size() - 1 && whole.mod(KIBI).signum() == 0) {
            whole = whole.divide(KIBI);
            unit++;
        }
        return whole + BINARY.get(unit);
    }

    /** A measured amount in a small unit that it is always written in: {@code 1500n}. */
    public static String nanos(long nanos) {
        return nanos == 0 ? "0" : nanos + "n";
    }

    /** A measured number of bytes, always written in Ki. */
    public static String kibibytes(long bytes) {
        return bytes == 0 ? "0" : (bytes + 1023) / 1024 + "Ki";
    }

    private static BigDecimal value(String number, String suffix) {
        BigDecimal value = new BigDecimal(number);
        int binary = BINARY.indexOf(suffix);
        int decimal = DECIMAL.indexOf(suffix);
        if (binary > 0) {
            return value.multiply(new BigDecimal(KIBI.pow(binary)));
        }
        if (decimal >= 0) {
            return value.scaleByPowerOfTen(3 * (decimal - DECIMAL.indexOf("")));
        }
        if (suffix.startsWith("e") || suffix.startsWith("E")) {
            return value.scaleByPowerOfTen(Integer.parseInt(suffix.substring(1)));
        }
        throw new NumberFormatException("no quantity: " + number + suffix);
    }

    private static long up(BigDecimal value) {
        return value.setScale(0, RoundingMode.CEILING).longValue();
    }
}

package kubelab.controlplane.admission;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** Quantities as texts: {@code 500m}, {@code 10Mi}. */
final class Amounts {
    private Amounts() {}

    static BigDecimal value(String text) {
        return Quantity.getAmountInBytes(Quantity.parse(text));
    }

    /** The shortest way to write an amount: binary units for a multiple of 1Ki, m for fractions, as upstream does. */
    static String text(BigDecimal amount, boolean binary) {
        if (amount.stripTrailingZeros().scale() > 0) {
            return amount.movePointRight(3).setScale(0, RoundingMode.CEILING) + "m";
        }
        BigInteger whole = amount.toBigInteger();
        if (!binary || whole.signum() == 0) {
            return whole.toString();
        }
        String[] units = {"", "Ki", "Mi", "Gi", "Ti", "Pi"};
        int unit = 0;
        BigInteger step = BigInteger.valueOf(1024);
        while (unit < units.length - 1 && whole.mod(step).signum() == 0) {
            whole = whole.divide(step);
            unit++;
        }
        return whole + units[unit];
    }
}

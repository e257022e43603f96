package kubelab.controlplane.cel.library;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import java.math.BigDecimal;
import java.util.List;
import kubelab.controlplane.quantity.Amounts;

/** Amounts such as {@code 500m}. Source: k8s.io/apiserver/pkg/cel/library/quantity.go (1.34). */
final class QuantityFunctions {
    private static final OpaqueType QUANTITY = OpaqueType.create("kubernetes.Quantity");
    private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final BigDecimal SMALLEST = BigDecimal.valueOf(Long.MIN_VALUE);

    /** @param value without zeros at its end, so that equal amounts are equal */
    record Amount(BigDecimal value) {
        Amount {
            value = value.stripTrailingZeros();
        }

        static Amount of(Object text) {
            try {
                return new Amount(Amounts.value((String) text));
            } catch (RuntimeException wrong) {
                throw new IllegalArgumentException(
                        "quantities must match the regular expression"
                                + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
                        wrong);
            }
        }

        boolean isWhole() {
            return value.scale() <= 0 && value.compareTo(LARGEST) <= 0 && value.compareTo(SMALLEST) >= 0;
        }

        long whole() {
            if (!isWhole()) {
                throw new IllegalArgumentException("cannot convert value to integer");
            }
            return value.longValueExact();
        }
    }

    private QuantityFunctions() {}

    static void addTo(Functions functions) {
        CelType bool = SimpleType.BOOL;
        List<CelType> one = List.of(QUANTITY);
        List<CelType> two = List.of(QUANTITY, QUANTITY);
        List<CelType> withInt = List.of(QUANTITY, SimpleType.INT);
        functions.global("quantity", QUANTITY, List.of(SimpleType.STRING), args -> Amount.of(args[0]));
        functions.global("isQuantity", bool, List.of(SimpleType.STRING), args -> {
            try {
                Amount.of(args[0]);
                return true;
            } catch (IllegalArgumentException none) {
                return false;
            }
        });
        functions.global(
                "sign", SimpleType.INT, one, args -> (long) amount(args[0]).signum());
        functions.member("isInteger", bool, one, args -> ((Amount) args[0]).isWhole());
        functions.member("asInteger", SimpleType.INT, one, args -> ((Amount) args[0]).whole());
        functions.member("asApproximateFloat", SimpleType.DOUBLE, one, args -> amount(args[0])
                .doubleValue());
        functions.member(
                "add", QUANTITY, two, args -> new Amount(amount(args[0]).add(amount(args[1]))));
        functions.member(
                "add", QUANTITY, withInt, args -> new Amount(amount(args[0]).add(whole(args[1]))));
        functions.member(
                "sub", QUANTITY, two, args -> new Amount(amount(args[0]).subtract(amount(args[1]))));
        functions.member(
                "sub", QUANTITY, withInt, args -> new Amount(amount(args[0]).subtract(whole(args[1]))));
        functions.member("isGreaterThan", bool, two, args -> amount(args[0]).compareTo(amount(args[1])) > 0);
        functions.member("isLessThan", bool, two, args -> amount(args[0]).compareTo(amount(args[1])) < 0);
        functions.member(
                "compareTo", SimpleType.INT, two, args -> (long) amount(args[0]).compareTo(amount(args[1])));
    }

    private static BigDecimal amount(Object value) {
        return ((Amount) value).value;
    }

    private static BigDecimal whole(Object value) {
        return BigDecimal.valueOf((Long) value);
    }
}

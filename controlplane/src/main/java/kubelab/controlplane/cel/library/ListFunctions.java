package kubelab.controlplane.cel.library;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import java.time.Duration;
import java.util.List;
import java.util.function.BinaryOperator;

/** Order, extremes, sums and places in lists. Source: k8s.io/apiserver/pkg/cel/library/lists.go (1.34). */
final class ListFunctions {
    private static final List<CelType> ORDERED = List.of(
            SimpleType.INT,
            SimpleType.UINT,
            SimpleType.DOUBLE,
            SimpleType.BOOL,
            SimpleType.DURATION,
            SimpleType.TIMESTAMP,
            SimpleType.STRING,
            SimpleType.BYTES);

    private ListFunctions() {}

    static void addTo(Functions functions) {
        for (CelType type : ORDERED) {
            List<CelType> list = List.of(ListType.create(type));
            functions.member("isSorted", SimpleType.BOOL, list, args -> isSorted(list(args[0])));
            functions.member("min", type, list, args -> extreme("min", list(args[0]), -1));
            functions.member("max", type, list, args -> extreme("max", list(args[0]), 1));
        }
        sum(functions, SimpleType.INT, 0L, (a, b) -> Math.addExact((Long) a, (Long) b));
        sum(functions, SimpleType.DOUBLE, 0.0, (a, b) -> (Double) a + (Double) b);
        sum(functions, SimpleType.DURATION, Duration.ZERO, (a, b) -> ((Duration) a).plus((Duration) b));
        TypeParamType any = TypeParamType.create("T");
        List<CelType> place = List.of(ListType.create(any), any);
        functions.member(
                "indexOf", SimpleType.INT, place, args -> (long) list(args[0]).indexOf(args[1]));
        functions.member("lastIndexOf", SimpleType.INT, place, args ->
                (long) list(args[0]).lastIndexOf(args[1]));
    }

    private static void sum(Functions functions, CelType type, Object zero, BinaryOperator<Object> plus) {
        functions.member("sum", type, List.of(ListType.create(type)), args -> {
            try {
                return list(args[0]).stream().reduce(zero, plus);
            } catch (ArithmeticException tooLarge) {
                throw new IllegalArgumentException("integer overflow", tooLarge);
            }
        });
    }

    private static boolean isSorted(List<Object> list) {
        for (int i = 1; i < list.size(); i++) {
            if (compare(list.get(i - 1), list.get(i)) > 0) {
                return false;
            }
        }
        return true;
    }

    private static Object extreme(String name, List<Object> list, int wanted) {
        return list.stream()
                .reduce((a, b) -> compare(b, a) * wanted > 0 ? b : a)
                .orElseThrow(() -> new IllegalArgumentException(name + " called on empty list"));
    }

    @SuppressWarnings("unchecked") // the compiler lets only lists of one ordered type in
    private static int compare(Object one, Object other) {
        return ((Comparable<Object>) one).compareTo(other);
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object list) {
        return (List<Object>) list;
    }
}

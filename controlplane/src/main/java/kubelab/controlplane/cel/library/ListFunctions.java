package kubelab.controlplane.cel.library;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import java.time.Duration;
import java.util.List;

/**
 * Order, extremes, sums and places in lists. Source: k8s.io/apiserver/pkg/cel/library/lists.go (1.34). Simplified: whether the
 * items have an order, or can be added, is found when a list is looked at, not by the compiler.
 */
final class ListFunctions {
    private ListFunctions() {}

    static void addTo(Functions functions) {
        TypeParamType any = TypeParamType.create("T");
        List<CelType> one = List.of(ListType.create(any));
        functions.member("isSorted", SimpleType.BOOL, one, args -> isSorted(list(args[0])));
        functions.member("min", any, one, args -> extreme("min", list(args[0]), -1));
        functions.member("max", any, one, args -> extreme("max", list(args[0]), 1));
        functions.member("sum", any, one, args -> sum(list(args[0])));
        List<CelType> place = List.of(ListType.create(any), any);
        functions.member(
                "indexOf", SimpleType.INT, place, args -> (long) list(args[0]).indexOf(args[1]));
        functions.member("lastIndexOf", SimpleType.INT, place, args ->
                (long) list(args[0]).lastIndexOf(args[1]));
    }

    private static Object sum(List<Object> list) {
        try {
            return list.stream().reduce(ListFunctions::plus).orElse(0L);
        } catch (ArithmeticException tooLarge) {
            throw new IllegalArgumentException("integer overflow", tooLarge);
        }
    }

    private static Object plus(Object one, Object other) {
        if (one instanceof Long a && other instanceof Long b) {
            return Math.addExact(a, b);
        }
        if (one instanceof Duration a && other instanceof Duration b) {
            return a.plus(b);
        }
        if (one instanceof Number a && other instanceof Number b) {
            return a.doubleValue() + b.doubleValue();
        }
        throw new IllegalArgumentException("no such overload");
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

    @SuppressWarnings("unchecked") // what cannot be compared is refused
    private static int compare(Object one, Object other) {
        if (!(one instanceof Comparable) || !one.getClass().equals(other.getClass())) {
            throw new IllegalArgumentException("no such overload");
        }
        return ((Comparable<Object>) one).compareTo(other);
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object list) {
        return (List<Object>) list;
    }
}

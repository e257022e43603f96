package kubelab.controlplane.cel.library;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import java.util.List;
import java.util.function.Predicate;

/** IP addresses and ranges of them. Source: k8s.io/apiserver/pkg/cel/library, ip.go and cidr.go (1.34). */
final class AddressFunctions {
    private static final OpaqueType IP = OpaqueType.create("net.IP");
    private static final OpaqueType CIDR = OpaqueType.create("net.CIDR");
    private static final CelType STRING = SimpleType.STRING;
    private static final CelType BOOL = SimpleType.BOOL;

    /** @param length how many bits are those of the range */
    record Range(Address address, int length) {
        static Range of(String text) {
            try {
                int slash = text.indexOf('/');
                Address address = Address.of(text.substring(0, Math.max(slash, 0)));
                String digits = text.substring(slash + 1);
                int length = digits.matches("0|[1-9]\\d{0,2}") ? Integer.parseInt(digits) : -1;
                if (length < 0 || length > address.bytes().length * 8) {
                    throw new IllegalArgumentException("prefix length out of range");
                }
                return new Range(address, length);
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException(
                        "network address parse error during conversion from string: netip.ParsePrefix(\"" + text
                                + "\"): " + wrong.getMessage(),
                        wrong);
            }
        }

        boolean contains(Address other) {
            return address.family() == other.family() && other.masked(length).equals(address.masked(length));
        }

        boolean contains(Range other) {
            return length <= other.length && contains(other.address);
        }

        String text() {
            return address.canonical() + "/" + length;
        }
    }

    private AddressFunctions() {}

    static void addTo(Functions functions) {
        functions.global("ip", IP, List.of(STRING), args -> Address.of((String) args[0]));
        functions.global("isIP", BOOL, List.of(STRING), args -> parses(() -> Address.of((String) args[0])));
        functions.global("ip.isCanonical", BOOL, List.of(STRING), args -> {
            Address address = Address.of((String) args[0]);
            return address.canonical().equals(address.text());
        });
        functions.global("string", STRING, List.of(IP), args -> ((Address) args[0]).canonical());
        functions.member("family", SimpleType.INT, List.of(IP), args -> ((Address) args[0]).family());
        is(functions, "isUnspecified", address -> address.inet().isAnyLocalAddress());
        is(functions, "isLoopback", address -> address.inet().isLoopbackAddress());
        is(functions, "isLinkLocalMulticast", address -> address.inet().isMCLinkLocal());
        is(functions, "isLinkLocalUnicast", address -> address.inet().isLinkLocalAddress());
        is(functions, "isGlobalUnicast", Address::isGlobalUnicast);
        ranges(functions);
    }

    private static void ranges(Functions functions) {
        List<CelType> withText = List.of(CIDR, STRING);
        functions.global("cidr", CIDR, List.of(STRING), args -> Range.of((String) args[0]));
        functions.global("isCIDR", BOOL, List.of(STRING), args -> parses(() -> Range.of((String) args[0])));
        functions.global("string", STRING, List.of(CIDR), args -> ((Range) args[0]).text());
        functions.member(
                "containsIP", BOOL, List.of(CIDR, IP), args -> range(args).contains((Address) args[1]));
        functions.member("containsIP", BOOL, withText, args -> range(args).contains(Address.of((String) args[1])));
        functions.member(
                "containsCIDR", BOOL, List.of(CIDR, CIDR), args -> range(args).contains((Range) args[1]));
        functions.member("containsCIDR", BOOL, withText, args -> range(args).contains(Range.of((String) args[1])));
        functions.member("ip", IP, List.of(CIDR), args -> range(args).address());
        functions.member("prefixLength", SimpleType.INT, List.of(CIDR), args ->
                (long) range(args).length());
        functions.member(
                "masked",
                CIDR,
                List.of(CIDR),
                args -> new Range(
                        range(args).address().masked(range(args).length()),
                        range(args).length()));
    }

    private static void is(Functions functions, String name, Predicate<Address> test) {
        functions.member(name, BOOL, List.of(IP), args -> test.test((Address) args[0]));
    }

    private static Range range(Object[] args) {
        return (Range) args[0];
    }

    private static boolean parses(Runnable reading) {
        try {
            reading.run();
            return true;
        } catch (IllegalArgumentException none) {
            return false;
        }
    }
}

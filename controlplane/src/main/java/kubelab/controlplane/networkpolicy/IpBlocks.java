package kubelab.controlplane.networkpolicy;

import io.fabric8.kubernetes.api.model.networking.v1.IPBlock;
import java.util.List;
import java.util.Objects;

/** Ranges of IPv4 addresses. No address here is in a range of IPv6. */
final class IpBlocks {
    private IpBlocks() {}

    /** @param ip IPv4 */
    static boolean contains(IPBlock block, String ip) {
        return isIn(block.getCidr(), ip)
                && Objects.requireNonNullElse(block.getExcept(), List.<String>of()).stream()
                        .noneMatch(except -> isIn(except, ip));
    }

    private static boolean isIn(String cidr, String ip) {
        int slash = cidr.indexOf('/');
        if (cidr.indexOf(':') >= 0 || slash < 0) {
            return false;
        }
        int bits = Integer.parseInt(cidr.substring(slash + 1));
        int mask = bits == 0 ? 0 : -1 << (32 - bits);
        return (number(cidr.substring(0, slash)) & mask) == (number(ip) & mask);
    }

    private static int number(String ip) {
        int number = 0;
        for (String part : ip.split("\\.", -1)) {
            number = number << 8 | Integer.parseInt(part);
        }
        return number;
    }
}

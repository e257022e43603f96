package kubelab.controlplane.networkpolicy;

import io.fabric8.kubernetes.api.model.networking.v1.IPBlock;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** Ranges of IPv4 addresses. No address here is in a range of IPv6, and what is no address of IPv4 is in none. */
final class IpBlocks {
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private IpBlocks() {}

    /** @param ip where a process sends to, or whence something comes: any text that may be an address */
    static boolean contains(IPBlock block, String ip) {
        return ADDRESS.matcher(ip).matches()
                && isIn(block.getCidr(), ip)
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

package kubelab.controlplane.apiserver.validation;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Pattern;

/** IP addresses and ranges in objects. Source: k8s.io/apimachinery/pkg/util/validation/ip.go (1.34). */
final class Addresses {
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F]*:[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

    private Addresses() {}

    static boolean isIpv4(String text) {
        return IPV4.matcher(text).matches();
    }

    static boolean isAddress(String text) {
        return isIpv4(text) || IPV6.matcher(text).matches();
    }

    static boolean valid(String path, String ip, ErrorList errors) {
        if (isAddress(ip)) {
            return true;
        }
        errors.invalid(path, ip, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
        return false;
    }

    /** @return whether it is one */
    static boolean range(String path, String range, ErrorList errors) {
        String[] parts = range.split("/", -1);
        boolean fine = parts.length == 2
                && isAddress(parts[0])
                && parts[1].matches("\\d{1,3}")
                && Integer.parseInt(parts[1]) <= (isIpv4(parts[0]) ? 32 : 128);
        if (!fine) {
            errors.invalid(path, range, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
        }
        return fine;
    }

    /** Whether a range is a part of another, and not all of it; both are valid. */
    static boolean isStrictlyWithin(String range, String whole) {
        String[] part = range.split("/");
        String[] all = whole.split("/");
        int length = Integer.parseInt(all[1]);
        byte[] first = bytes(part[0]);
        byte[] start = bytes(all[0]);
        if (first.length != start.length || length >= Integer.parseInt(part[1])) {
            return false;
        }
        for (int bit = 0; bit < length; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((first[bit / 8] & mask) != (start[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    /** A literal is never looked up. */
    static byte[] bytes(String address) {
        try {
            return InetAddress.getByName(address).getAddress();
        } catch (UnknownHostException none) {
            throw new IllegalArgumentException(address, none);
        }
    }

    /** The one way to write an address: for IPv6 in lower case, the longest run of zeros left out (RFC 5952). */
    static String text(byte[] address) {
        if (address.length == 4) {
            return (address[0] & 0xff) + "." + (address[1] & 0xff) + "." + (address[2] & 0xff) + "."
                    + (address[3] & 0xff);
        }
        int[] groups = new int[address.length / 2];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = (address[2 * i] & 0xff) << 8 | address[2 * i + 1] & 0xff;
        }
        int from = 0;
        int longest = 0;
        for (int i = 0; i < groups.length; i++) {
            int end = i;
            while (end < groups.length && groups[end] == 0) {
                end++;
            }
            if (end - i > Math.max(longest, 1)) {
                from = i;
                longest = end - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < groups.length; i++) {
            if (longest > 0 && i == from) {
                text.append("::");
                i += longest - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    /** Traffic to these never leaves a machine, or goes to many. */
    static void notSpecial(String path, String ip, ErrorList errors) {
        if (List.of("0.0.0.0", "::").contains(ip)) {
            errors.invalid(path, ip, "may not be unspecified (" + ip + ")");
        }
        if (ip.startsWith("127.") || ip.equals("::1")) {
            errors.invalid(path, ip, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
        }
        if (ip.startsWith("169.254.") || ip.toLowerCase(java.util.Locale.ROOT).startsWith("fe80:")) {
            errors.invalid(path, ip, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
        }
        if (ip.startsWith("224.0.0.") || ip.toLowerCase(java.util.Locale.ROOT).startsWith("ff02:")) {
            errors.invalid(path, ip, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
        }
    }
}

package kubelab.controlplane.cel.library;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/** An IP address. @param text as it was written */
record Address(String text, InetAddress inet) {
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F]*:[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

    /** Source: parseIPAddr in k8s.io/apiserver/pkg/cel/library/ip.go (1.34). */
    static Address of(String text) {
        if (text.contains("%")) {
            throw new IllegalArgumentException("IP address \"" + text + "\" with zone value is not allowed");
        }
        if (text.contains(":") && text.toLowerCase(java.util.Locale.ROOT).matches("(0{0,4}:)+ffff:.*\\..*")) {
            throw new IllegalArgumentException("IPv4-mapped IPv6 address \"" + text + "\" is not allowed");
        }
        try {
            if (IPV4.matcher(text).matches() || IPV6.matcher(text).matches()) {
                return new Address(text, InetAddress.getByName(text)); // a literal: nothing is looked up
            }
        } catch (UnknownHostException none) {
            // said below
        }
        throw new IllegalArgumentException("IP Address \"" + text
                + "\" parse error during conversion from string: ParseAddr(\"" + text + "\"): unable to parse IP");
    }

    byte[] bytes() {
        return inet.getAddress();
    }

    long family() {
        return bytes().length == 4 ? 4 : 6;
    }

    boolean isGlobalUnicast() {
        byte[] bytes = bytes();
        boolean broadcast = Arrays.equals(bytes, new byte[] {-1, -1, -1, -1});
        return !inet.isAnyLocalAddress()
                && !inet.isLoopbackAddress()
                && !inet.isMulticastAddress()
                && !inet.isLinkLocalAddress()
                && !broadcast;
    }

    /** The shortest form: the longest run of zeros is left out. */
    String canonical() {
        byte[] bytes = bytes();
        if (bytes.length == 4) {
            return inet.getHostAddress();
        }
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
        }
        int start = -1;
        int length = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > length) {
                start = i;
                length = end - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
            } else {
                text.append(text.isEmpty() || text.toString().endsWith(":") ? "" : ":")
                        .append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    /** The address with all bits behind the first {@code length} cleared. */
    Address masked(int length) {
        byte[] bytes = bytes();
        for (int i = 0; i < bytes.length * 8; i++) {
            if (i >= length) {
                bytes[i / 8] &= (byte) ~(0x80 >> i % 8);
            }
        }
        try {
            InetAddress masked = InetAddress.getByAddress(bytes);
            return new Address(new Address("", masked).canonical(), masked);
        } catch (UnknownHostException length4or16) {
            throw new IllegalStateException(length4or16);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Address address && inet.equals(address.inet);
    }

    @Override
    public int hashCode() {
        return inet.hashCode();
    }
}

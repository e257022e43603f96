package kubelab.controlplane.apiserver.validation;

import java.util.ArrayList;
import java.util.List;

/**
 * Ranges of addresses that are accepted although their text is unclear.
 *
 * <p>Source: GetWarningsForCIDR in k8s.io/apimachinery/pkg/util/validation/ip.go (1.34).
 */
final class RangeWarnings {
    private RangeWarnings() {}

    /** Of the blocks in a NetworkPolicy's rules. */
    static List<String> policy(Field spec) {
        List<String> found = new ArrayList<>();
        for (Field rule : spec.get("ingress").items()) {
            rule.get("from").items().forEach(peer -> block(peer.get("ipBlock"), found));
        }
        for (Field rule : spec.get("egress").items()) {
            rule.get("to").items().forEach(peer -> block(peer.get("ipBlock"), found));
        }
        return found;
    }

    private static void block(Field block, List<String> found) {
        if (block.isSet()) {
            range(block.get("cidr"), found);
            block.get("except").items().forEach(except -> range(except, found));
        }
    }

    private static void range(Field field, List<String> found) {
        String text = field.text();
        String[] parts = text.split("/");
        byte[] ip = Addresses.bytes(parts[0]);
        int length = Integer.parseInt(parts[1]);
        String masked = Addresses.text(mask(ip, length)) + "/" + length;
        String written = Addresses.text(ip) + "/" + length;
        if (!masked.equals(written)) {
            found.add(field.path() + ": CIDR value \"" + text + "\" is ambiguous in this context (should be \"" + masked
                    + "\" or \"" + Addresses.text(ip) + "/" + ip.length * 8 + "\"?)");
        } else if (ip.length > 4 && !written.equals(text)) {
            found.add(field.path() + ": IPv6 CIDR value \"" + text + "\" should be in RFC 5952 canonical format (\""
                    + written + "\")");
        }
    }

    private static byte[] mask(byte[] ip, int length) {
        byte[] masked = ip.clone();
        for (int bit = length; bit < ip.length * 8; bit++) {
            masked[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
        }
        return masked;
    }
}

package kubelab.controlplane.controllermanager.loop;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A short name for a Pod template: the suffix of what is made from it, and its label, e.g. {@code pod-template-hash}.
 *
 * <p>Source: {@code pkg/controller/controller_utils.go} (ComputeHash) and {@code apimachinery/pkg/util/rand}
 * (SafeEncodeString), 1.34. Simplified: the hash is made of the template's JSON, upstream's of a dump of the Go
 * structure, so the values differ; length and alphabet are the same.
 */
public final class TemplateHash {
    /** No vowels and none of 0, 1, 3: no hash spells a word. */
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private TemplateHash() {}

    /** @param collisions how often a hash of this Deployment was taken already */
    public static String of(PodTemplateSpec template, @Nullable Integer collisions) {
        String text = Serialization.asJson(template) + (collisions == null ? "" : "#" + collisions);
        int hash = 0x811c9dc5;
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (octet & 0xff)) * 0x01000193;
        }
        StringBuilder safe = new StringBuilder();
        for (char digit : Integer.toUnsignedString(hash).toCharArray()) {
            safe.append(ALPHABET.charAt(digit % ALPHABET.length()));
        }
        return safe.toString();
    }
}

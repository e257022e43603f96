package kubelab.controlplane.apiserver.validation;

import org.jspecify.annotations.Nullable;

/** A body as it was sent, for what a tree cannot show: fields that it holds twice. */
public record SentBody(byte[] bytes, boolean yaml) {
    /** @return null when it is neither JSON nor YAML */
    public static @Nullable SentBody of(String mediaType, byte[] bytes) {
        if (mediaType.endsWith("yaml")) {
            return new SentBody(bytes, true);
        }
        return mediaType.isEmpty() || mediaType.endsWith("json") ? new SentBody(bytes, false) : null;
    }
}

package kubelab.controlplane.controllermanager.loop;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a write would change anything. A controller that writes when nothing changed is called again by its own write,
 * and so never comes to rest.
 *
 * <p>The typed objects alone do not tell: a list or map without entries and none at all are one thing in the API, but not
 * to {@code equals}.
 */
public final class Difference {
    private Difference() {}

    /** @param before as it was read; null when it was not there */
    public static boolean between(@Nullable Object before, Object after) {
        return !after.equals(before) && !stored(before).equals(stored(after));
    }

    private static Object stored(@Nullable Object value) {
        if (value == null || List.of().equals(value)) {
            return Map.of();
        }
        return withoutEmpty(Serialization.unmarshal(Serialization.asJson(value), Object.class));
    }

    private static Object withoutEmpty(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> rest = new LinkedHashMap<>();
            map.forEach((key, entry) -> {
                Object kept = entry == null ? Map.of() : withoutEmpty(entry);
                if (!Map.of().equals(kept) && !List.of().equals(kept)) {
                    rest.put(key, kept);
                }
            });
            return rest;
        }
        if (value instanceof List<?> list) {
            List<Object> rest = new ArrayList<>();
            list.forEach(entry -> rest.add(entry == null ? Map.of() : withoutEmpty(entry)));
            return rest;
        }
        return value;
    }
}

package kubelab.controlplane.apiserver.encoding;

import java.util.Arrays;

/**
 * An object's bytes without {@code metadata.managedFields}, for the watches of components: none of them reads who manages
 * which field, and it is more than half of a Pod. They ask for it by a header that only they send. Upstream's components
 * drop the field, too, but after they have decoded it (k8s.io/client-go/tools/cache, TransformStripManagedFields, 1.34).
 */
public final class LeanObject {
    /** The request header by which a client says that it wants no managed fields in watches: any value will do. */
    public static final String HEADER = "kubelab-lean";

    private static final byte[] KEY = {'"', 'm', 'a', 'n', 'a', 'g', 'e', 'd', 'F', 'i', 'e', 'l', 'd', 's', '"', ':'};

    private LeanObject() {}

    /** @param object as it is stored: JSON without white space, metadata before all that is not text */
    public static byte[] of(byte[] object) {
        int depth = 0;
        for (int i = 0; i < object.length; i++) {
            switch (object[i]) {
                case '{', '[' -> depth++;
                case '}', ']' -> {
                    depth--;
                    if (depth == 1) {
                        return object; // the end of metadata, and there were none
                    }
                }
                case '"' -> {
                    if (depth == 2 && startsWith(object, i)) {
                        return without(object, i, endOfValue(object, i + KEY.length));
                    }
                    i = endOfText(object, i);
                }
                default -> {}
            }
        }
        return object;
    }

    private static byte[] without(byte[] object, int from, int to) {
        int begin = from;
        int end = to;
        if (object[from - 1] == ',') {
            begin--;
        } else if (object[to] == ',') {
            end++;
        }
        byte[] lean = Arrays.copyOf(object, object.length - (end - begin));
        System.arraycopy(object, end, lean, begin, object.length - end);
        return lean;
    }

    private static boolean startsWith(byte[] bytes, int at) {
        return at + KEY.length < bytes.length && Arrays.equals(bytes, at, at + KEY.length, KEY, 0, KEY.length);
    }

    /** Behind the array or object that begins here. */
    private static int endOfValue(byte[] bytes, int at) {
        int depth = 0;
        for (int i = at; i < bytes.length; i++) {
            switch (bytes[i]) {
                case '{', '[' -> depth++;
                case '}', ']' -> depth--;
                case '"' -> i = endOfText(bytes, i);
                default -> {}
            }
            if (depth == 0) {
                return i + 1;
            }
        }
        return bytes.length;
    }

    /** The closing quote of the text that begins here. */
    private static int endOfText(byte[] bytes, int at) {
        int i = at + 1;
        while (i < bytes.length && bytes[i] != '"') {
            i += bytes[i] == '\\' ? 2 : 1;
        }
        return i;
    }
}

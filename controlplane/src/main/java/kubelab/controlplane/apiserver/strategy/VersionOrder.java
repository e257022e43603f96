package kubelab.controlplane.apiserver.strategy;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which version of an API is the better one: v2, v1, v1beta2, v1beta1, v1alpha1, and behind these all others by their names.
 *
 * <p>Source: CompareKubeAwareVersionStrings in k8s.io/apimachinery/pkg/version (1.34).
 */
public final class VersionOrder {
    /** The better version first. */
    public static final Comparator<String> BEST_FIRST = Comparator.comparingInt(VersionOrder::stability)
            .thenComparingInt(version -> number(version, 1))
            .thenComparingInt(version -> number(version, 3))
            .reversed()
            .thenComparing(Comparator.naturalOrder());

    private static final Pattern FORM = Pattern.compile("v(\\d{1,9})(?:(alpha|beta)(\\d{1,9}))?");

    private VersionOrder() {}

    private static int stability(String version) {
        if (!FORM.matcher(version).matches()) {
            return -1;
        }
        return version.contains("alpha") ? 0 : version.contains("beta") ? 1 : 2;
    }

    private static int number(String version, int group) {
        Matcher form = FORM.matcher(version);
        return form.matches() && form.group(group) != null ? Integer.parseInt(form.group(group)) : 0;
    }
}

package kubelab.controlplane.controllermanager.podautoscaler;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirementBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kubelab.controlplane.labels.LabelSelectors;
import org.jspecify.annotations.Nullable;

/**
 * A selector in the text form in which a scale has it: {@code app=web,env in (a,b),!old}.
 *
 * <p>Simplified: of a text that cannot be read, the message does not say which word was expected.
 */
final class PodSelector {
    /** Matches no Pod: what an autoscaler has before its target was seen. */
    static final PodSelector NOTHING = new PodSelector(null);

    private static final String NAME = "[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?";
    private static final Pattern REQUIREMENT = Pattern.compile("\\s*(?:(?<absent>!)\\s*)?(?<key>" + NAME + ")\\s*"
            + "(?:(?<equal>==?|!=)\\s*(?<value>[-A-Za-z0-9_.]*)|(?<set>notin|in)\\s*\\((?<values>[^()]*)\\))?\\s*");

    private final @Nullable LabelSelector selector;

    private PodSelector(@Nullable LabelSelector selector) {
        this.selector = selector;
    }

    /** @throws Undecided when it cannot be read */
    static PodSelector parse(String text) throws Undecided {
        List<LabelSelectorRequirement> requirements = new ArrayList<>();
        Matcher next = REQUIREMENT.matcher(text);
        int at = 0;
        while (true) {
            if (!next.find(at) || next.start() != at) {
                throw new Undecided("unable to parse requirement: found '" + text.substring(at) + "'");
            }
            requirements.add(requirement(next));
            at = next.end();
            if (at == text.length()) {
                LabelSelector all = new LabelSelector();
                all.setMatchExpressions(requirements);
                return new PodSelector(all);
            }
            if (text.charAt(at) != ',') {
                throw new Undecided("found '" + text.substring(at) + "', expected: ',' or 'end of string'");
            }
            at++;
        }
    }

    boolean matches(@Nullable Map<String, String> labels) {
        return LabelSelectors.match(selector, labels);
    }

    private static LabelSelectorRequirement requirement(Matcher found) {
        LabelSelectorRequirementBuilder made = new LabelSelectorRequirementBuilder().withKey(found.group("key"));
        if (found.group("absent") != null) {
            return made.withOperator("DoesNotExist").build();
        }
        if (found.group("equal") != null) {
            return made.withOperator(found.group("equal").equals("!=") ? "NotIn" : "In")
                    .withValues(found.group("value"))
                    .build();
        }
        if (found.group("set") != null) {
            List<String> values = new ArrayList<>();
            for (String value : found.group("values").split(",", -1)) {
                values.add(value.strip());
            }
            return made.withOperator(found.group("set").equals("in") ? "In" : "NotIn")
                    .withValues(values)
                    .build();
        }
        return made.withOperator("Exists").build();
    }
}

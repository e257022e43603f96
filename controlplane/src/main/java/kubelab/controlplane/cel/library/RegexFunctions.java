package kubelab.controlplane.cel.library;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import java.util.ArrayList;
import java.util.List;

/** What a regular expression finds in a text. Source: k8s.io/apiserver/pkg/cel/library/regex.go (1.34). */
final class RegexFunctions {
    private RegexFunctions() {}

    static void addTo(Functions functions) {
        CelType string = SimpleType.STRING;
        ListType strings = ListType.create(string);
        functions.member("find", string, List.of(string, string), args -> {
            List<String> found = find(args[0], args[1], 1);
            return found.isEmpty() ? "" : found.get(0);
        });
        functions.member("findAll", strings, List.of(string, string), args -> find(args[0], args[1], Long.MAX_VALUE));
        functions.member("findAll", strings, List.of(string, string, SimpleType.INT), args -> {
            long most = (Long) args[2];
            return find(args[0], args[1], most < 0 ? Long.MAX_VALUE : most);
        });
    }

    private static List<String> find(Object text, Object regex, long most) {
        Matcher matcher;
        try {
            matcher = Pattern.compile((String) regex).matcher((String) text);
        } catch (PatternSyntaxException wrong) {
            throw new IllegalArgumentException("Illegal regex: " + wrong.getMessage(), wrong);
        }
        List<String> found = new ArrayList<>();
        while (found.size() < most && matcher.find()) {
            found.add(matcher.group());
        }
        return found;
    }
}

package kubelab.controlplane.apiserver;

import static kubelab.controlplane.apiserver.CustomServer.DEFINITIONS;
import static kubelab.controlplane.apiserver.CustomServer.definition;
import static kubelab.controlplane.apiserver.CustomServer.version;
import static org.assertj.core.api.Assertions.assertThat;

import kubelab.controlplane.apiserver.CustomServer.Answer;
import kubelab.controlplane.json.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Patterns of schemas are Go's regular expressions; what Go's package regexp says of each of these was asked of it. */
class CustomPatternTest {
    private CustomServer server;

    @BeforeEach
    void start() {
        server = new CustomServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '"',
            value = {
                "( => missing closing ): `(`",
                "(?:a)) => unexpected ): `(?:a))`",
                "* => missing argument to repetition operator: `*`",
                "a|+? => missing argument to repetition operator: `+?`",
                "a** => invalid nested repetition operator: `**`",
                "a++ => invalid nested repetition operator: `++`",
                "x{2}* => invalid nested repetition operator: `{2}*`",
                "a{1001} => invalid repeat count: `{1001}`",
                "a{2,1} => invalid repeat count: `{2,1}`",
                "[a => missing closing ]: `[a`",
                "[z-a] => invalid character class range: `z-a`",
                "[a-\\d] => invalid escape sequence: `\\d`",
                "[[:foo:]] => invalid character class range: `[:foo:]`",
                "\\p{IsFoo} => invalid character class range: `\\p{IsFoo}`",
                "^(?!x) => invalid or unsupported Perl syntax: `(?!`",
                "(?=x) => invalid or unsupported Perl syntax: `(?=`",
                "(?>x) => invalid or unsupported Perl syntax: `(?>`",
                "(?<=x)y => invalid named capture: `(?<=x)y`",
                "(?i-)a => invalid or unsupported Perl syntax: `(?i-)`",
                "(a)\\1 => invalid escape sequence: `\\1`",
                "a\\Z => invalid escape sequence: `\\Z`",
                "\\k<n> => invalid escape sequence: `\\k`",
                "a\\ => trailing backslash at end of expression: ``",
            })
    void a_pattern_that_go_cannot_read_is_refused(String pattern, String reason) {
        Answer refused = send(pattern);
        assertThat(refused.code()).isEqualTo(422);
        assertThat(Json.string(Json.objects(refused.body(), "details", "causes").get(0), "message"))
                .endsWith("must be a valid regular expression, but isn't: error parsing regexp: " + reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^{a}$",
                "a{,5}",
                "a{x",
                "[[]",
                "[^[]",
                "[]a]",
                "[^]a]",
                "[a&&b]",
                "[[:^alpha:]]",
                "\\pL\\PN\\p{Greek}\\p{^Lu}",
                "\\Qa.b\\E",
                "\\x{10FFFF}\\x41\\07",
                "(?i)a(?s-i:b)",
                "(?U)a*?",
                "(?m)^a$",
                "(?<n>x)(?P<m_1>y)",
                "]}",
                "^*",
                "[a-]",
                "()|",
                "[\\w-z]",
                "\\a\\f\\t\\n\\r\\v",
                "\\-\\_\\<",
            })
    void a_pattern_that_go_reads_is_accepted(String pattern) {
        Answer accepted = send(pattern);
        assertThat(accepted.code()).as(accepted.body().toString()).isEqualTo(201);
    }

    private Answer send(String pattern) {
        return server.send("POST", DEFINITIONS + "?dryRun=All", definition(version("v1", true, spec(pattern), "")));
    }

    private static String spec(String pattern) {
        return "{'type':'object','properties':{'a':{'type':'string','pattern':'" + pattern.replace("\\", "\\\\")
                + "'}}}";
    }

    /** The value is written as in JSON. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '`',
            value = {
                "^a$ a true",
                "^a$ a\\n false",
                "(?m)^a$ a\\nb true",
                "^a.b$ a\\rb true",
                "^a.b$ a\\nb false",
                "^[a&&b]$ & true",
                "^[[x]$ [ true",
                "^[^[]$ [ false",
                "^[[:alpha:]]+$ abc true",
                "^[[:alpha:]]+$ ab1 false",
                "^[[:^alpha:]]$ 1 true",
                "^{a}$ {a} true",
                "^a{,5}$ a{,5} true",
                "^\\Qa.b\\E$ axb false",
                "^\\Qa.b\\E$ a.b true",
                "^(?i)AB$ ab true",
                "^(?i:A)B$ ab false",
                "^\\p{Greek}$ α true",
                "^\\p{^Greek}$ α false",
                "^[^\\d]{2,3}$ ab true",
                "^\\x41\\101$ AA true",
                "^[\\]-a]$ ^ true",
                "^[+*.-]$ - true",
                "^(?P<n_1>a|b)$ b true",
            })
    void a_value_matches_as_in_go(String pattern, String value, boolean matches) {
        server.define(definition(version("v1", true, spec(pattern), "")));
        Answer answer = server.create("a", "{'a':'" + value + "'}");
        assertThat(answer.code()).as(answer.body().toString()).isEqualTo(matches ? 201 : 422);
        if (!matches) {
            assertThat(answer.message()).endsWith("spec.a in body should match '" + pattern + "'");
        }
    }
}

package kubelab.grader.claims;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * One entry of {@code docs/claims.yaml}.
 *
 * @param section the chapter's topic
 * @param text the statement
 * @param verdict T, N, O or F
 * @param proof the class that implements {@link kubelab.labkit.Proof}
 * @param falsifier under what the same probe must fail
 */
public record Claim(String id, String section, String text, String verdict, String proof, String falsifier) {

    /** Every claim of the course, in the order of the file. */
    public static List<Claim> all(Path root) {
        Path file = root.resolve("docs/claims.yaml");
        try {
            List<Claim> claims = new ArrayList<>();
            for (JsonNode node :
                    new YAMLMapper().readTree(Files.readString(file)).path("claims"))
                claims.add(new Claim(
                        node.path("id").asString(),
                        node.path("section").asString(),
                        node.path("claim").asString(),
                        node.path("verdict").asString(),
                        node.path("proof").asString(),
                        node.path("falsifier").asString()));
            return List.copyOf(claims);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** The claims of one chapter. */
    public static List<Claim> of(Path root, String section) {
        return all(root).stream().filter(c -> c.section().equals(section)).toList();
    }
}

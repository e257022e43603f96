package kubelab.publisher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kubelab.course.SolutionSource;
import org.asciidoctor.ast.StructuralNode;
import org.asciidoctor.extension.BlockMacroProcessor;
import org.jspecify.annotations.Nullable;

/**
 * {@code source::scheduler/Placement.java#decide[upstream=pkg/scheduler/schedule_one.go]}: a tagged region of the control
 * plane, folded, and the file of Kubernetes that it mirrors. Slides leave it out.
 */
final class SourceMacro extends BlockMacroProcessor {
    static final String FOLDER = "controlplane/src/main/java/kubelab/controlplane";

    /** The release that the control plane mirrors; the same as {@code kubernetes.version} of the root pom.xml. */
    static final String RELEASE = "v1.34.4";

    private final Sources sources;

    SourceMacro(Sources sources) {
        super("source");
        this.sources = sources;
    }

    @Override
    public @Nullable StructuralNode process(StructuralNode parent, String target, Map<String, Object> attributes) {
        String macro = "source::" + target + "[]: ";
        String upstream = String.valueOf(attributes.getOrDefault("upstream", ""));
        if (!upstream.matches("(?:[\\w.-]+/)+[\\w.-]+\\.go"))
            throw new PublishException(
                    macro + "upstream= is the file of Kubernetes that it mirrors, as in pkg/scheduler/schedule_one.go");
        String[] parts = target.split("#", -1);
        if (parts.length != 2) throw new PublishException(macro + "PATH#TAG is wanted");
        Path file = sources.root().resolve(FOLDER).resolve(parts[0]);
        if (!Files.isRegularFile(file)) throw new PublishException(macro + "no such file: " + sources.relative(file));
        String code = new SolutionSource(sources.relative(file), Sources.read(file)).region(parts[1]);
        if (Blocks.output(parent) == Blocks.Output.SLIDES) return null;
        String type = parts[0].replaceFirst("\\.java$", "").replace('/', '.');
        parseContent(
                parent,
                List.of(
                        ".The source: `" + type + "`, region `" + parts[1] + "`",
                        "[%collapsible.source-region]",
                        "=====",
                        "In `" + FOLDER + "/" + parts[0]
                                + "`. It mirrors https://github.com/kubernetes/kubernetes/blob/" + RELEASE + "/"
                                + upstream + "[" + upstream + "] of Kubernetes " + RELEASE + ".",
                        "",
                        "[source%static,java]",
                        "----",
                        code.strip(),
                        "----",
                        "====="));
        return null;
    }
}

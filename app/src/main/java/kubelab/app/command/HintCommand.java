package kubelab.app.command;

import java.util.OptionalInt;
import java.util.concurrent.Callable;
import kubelab.app.answers.HintsShown;
import kubelab.app.workspace.Workspace;
import kubelab.app.workspace.WrongUse;
import kubelab.course.Exercise;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "hint",
        header = "Show the next hint; there are three, each giving away more.",
        mixinStandardHelpOptions = true)
final class HintCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "EXERCISE", description = "As in pods-1.")
    private String id;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "N",
            description = "The hint's number; default: the one after the hint shown last.")
    private @Nullable Integer number;

    @Override
    public Integer call() {
        Exercise e = Workspace.course().get(id);
        int last = e.hints().size();
        HintsShown shown = new HintsShown(Workspace.home());
        OptionalInt before = shown.last(id);
        int wanted = number != null ? number : Math.min(before.orElse(0) + 1, last);
        if (wanted < 1 || wanted > last) {
            throw new WrongUse(id + " has hints 1 to " + last + ", not " + wanted + ".");
        }
        System.out.println("Hint " + wanted + " of " + last + ":");
        System.out.println(e.hints().get(wanted - 1));
        shown.show(id, wanted);
        System.out.println();
        System.out.println(
                wanted < last
                        ? "Next hint: ./kubelab hint " + id
                        : "That was the last hint. To begin again with the first: ./kubelab hint " + id + " 1");
        return 0;
    }
}

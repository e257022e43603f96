package kubelab.app;

import java.util.concurrent.Callable;
import kubelab.course.Exercise;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "hint",
        header = "Show a hint; there are three, each giving away more.",
        mixinStandardHelpOptions = true)
final class HintCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "EXERCISE", description = "As in pods-1.")
    private String id;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "N",
            defaultValue = "1",
            description = "Which one; default 1.")
    private int number;

    @Override
    public Integer call() {
        Exercise e = Kubelab.course().get(id);
        if (number < 1 || number > e.hints().size()) {
            throw new Kubelab.WrongUse(id + " has hints 1 to " + e.hints().size() + ", not " + number + ".");
        }
        System.out.println(e.hints().get(number - 1));
        if (number < e.hints().size()) {
            System.out.println();
            System.out.println("More: ./kubelab hint " + id + " " + (number + 1));
        }
        return 0;
    }
}

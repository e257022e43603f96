package kubelab.app.command;

import java.util.concurrent.Callable;
import kubelab.app.workspace.Workspace;
import kubelab.course.Exercise;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "explain", header = "Show an exercise's task and the file to edit.", mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
    @Parameters(paramLabel = "EXERCISE", description = "As in pods-1; `./kubelab list` names them all.")
    private String id;

    @Override
    public Integer call() {
        Exercise e = Workspace.course().get(id);
        System.out.println(e.id() + ": " + e.title() + " (" + e.points() + " points, about " + e.minutes() + " min)");
        System.out.println();
        System.out.println(e.task().strip());
        System.out.println();
        System.out.println("File:   labs/src/main/java/" + e.sourceFile());
        System.out.println("Check:  ./kubelab check " + e.id());
        System.out.println("Hint:   ./kubelab hint " + e.id());
        if (e.form() == Exercise.Form.STATE || e.form() == Exercise.Form.REPAIR) {
            System.out.println();
            System.out.println("Or by hand, with kubectl instead of Java:");
            System.out.println("  eval \"$(./kubelab up)\"");
            System.out.println("  ./kubelab prepare " + e.id() + " --namespace mine");
            System.out.println("  kubectl -n mine get all        # change what is there, or apply your YAML, then");
            System.out.println("  ./kubelab check " + e.id() + " --namespace mine");
        }
        return 0;
    }
}

package kubelab.app.lab;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kubelab.app.answers.Grading;
import kubelab.app.answers.Starters;
import kubelab.app.workspace.Workspace;
import kubelab.cluster.Cluster;
import kubelab.cluster.Home;
import kubelab.cluster.PrivateClusters;
import kubelab.containers.host.DaemonThreads;
import kubelab.course.Exercise;
import kubelab.grader.Answers;
import kubelab.grader.CriterionResult;
import kubelab.grader.GradeListener;
import kubelab.grader.Grader;
import kubelab.grader.Report;
import kubelab.grader.report.Html;
import kubelab.grader.report.HtmlReport;
import kubelab.grader.report.TerminalReport;

/** One exercise, graded while its reader sees how far it is. */
final class Graded implements GradeListener {
    private volatile String last = "";
    private volatile int done;

    private Graded() {}

    static void run(Cluster cluster, PrivateClusters privates, Exercise exercise, Answers answers, Screen screen) {
        Graded graded = new Graded();
        ExecutorService one = Executors.newSingleThreadExecutor(DaemonThreads.named("check-" + exercise.id()));
        // what is shown comes from this thread: kernels do not take it from others
        try (Screen.Live live = screen.live()) {
            Future<Report> future = one.submit(() -> {
                Grader.Builder builder = Grader.builder(Workspace.root());
                // Run All grades every starter; that begins no exercise
                if (!(answers instanceof Answers.Cell cell)
                        || !Starters.untouched(Workspace.root(), cell.source(), exercise)) {
                    builder.progress(Home.ofUser().path());
                }
                try (Grader grader = builder.cluster(Grading.access(cluster))
                        .privateClusters(privates)
                        .keepFailed(true)
                        .listener(graded)
                        .build()) {
                    return grader.check(List.of(exercise.id()), answers);
                }
            });
            long began = System.nanoTime();
            while (!future.isDone()) {
                graded.draw(live, exercise, (System.nanoTime() - began) / 1_000_000_000);
                try {
                    future.get(1, TimeUnit.SECONDS);
                } catch (TimeoutException e) {
                    // on it goes
                }
            }
            Report report = future.get();
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            new TerminalReport(false).write(report, new PrintStream(text, true, StandardCharsets.UTF_8));
            live.draw(text.toString(StandardCharsets.UTF_8), HtmlReport.fragment(report));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalStateException(cause.getMessage(), cause);
        } finally {
            one.shutdownNow();
        }
    }

    private void draw(Screen.Live live, Exercise exercise, long seconds) {
        String text = exercise.id() + " is being graded: " + done + " criteria tried, " + seconds + " s"
                + (last.isEmpty() ? "" : " (" + last + ")");
        live.draw(text, Html.STYLE + "<div class=\"kubelab\">… " + Html.escape(text) + "</div>");
    }

    @Override
    public void criterion(Exercise exercise, CriterionResult result) {
        done++;
        last = result.title() + ": "
                + result.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}

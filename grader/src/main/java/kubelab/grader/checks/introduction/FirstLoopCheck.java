package kubelab.grader.checks.introduction;

import java.util.LinkedHashMap;
import java.util.Map;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Looks;
import kubelab.grader.looks.KeptMaps;
import kubelab.grader.looks.MadeUpItems;
import kubelab.labkit.component.ReconcilerHarness;
import org.jspecify.annotations.Nullable;

/** introduction-5. Real ConfigMaps show that the loop works in a cluster; the fine points are asked directly. */
final class FirstLoopCheck implements Check {
    private static final String DESIRED = "keeper";

    private final Map<String, String> selector = new LinkedHashMap<>();
    private int replicas;
    private int fewer;
    private long seed;
    private @Nullable ReconcilerHarness harness;
    private @Nullable KeptMaps maps;

    @Override
    public void plan(CheckContext run) {
        selector.put("app", run.word());
        selector.put(run.word(), run.word());
        fewer = 2 + run.random().nextInt(2);
        replicas = fewer + 3 + run.random().nextInt(3);
        seed = run.random().nextLong();
    }

    @Override
    public void start(CheckContext run) {
        harness = run.start(ReconcilerHarness.configMaps(DESIRED));
        maps = new KeptMaps(DESIRED, selector, harness);
    }

    @Override
    public Looks looks() {
        return new Looks()
                .look("keeps", run -> maps().begin(run, replicas), run -> maps().number(run))
                .look("heals", run -> maps().deleteSome(run, 2), run -> maps().replaced(run))
                .look("shrinks", run -> maps().desire(run, fewer), run -> maps().number(run))
                .look("strangers", run -> maps().strangersStay(run))
                .look("storm", run -> maps().storm(run), run -> maps().number(run))
                .look("quiet", run -> maps().isQuiet(run))
                .look("exact", this::stop, run -> MadeUpItems.of(run, selector, seed)
                        .exact())
                .look("deleting", this::stop, run -> MadeUpItems.of(run, selector, seed)
                        .leavesOutDeleted())
                .look("again", this::stop, run -> MadeUpItems.of(run, selector, seed)
                        .saysTheSame());
    }

    /** Calls come one at a time, so the harness's come to an end before the check's own begin. */
    private void stop(CheckContext run) {
        if (harness != null) {
            harness.close();
        }
    }

    private KeptMaps maps() {
        if (maps == null) {
            throw new IllegalStateException("the harness was not started");
        }
        return maps;
    }
}

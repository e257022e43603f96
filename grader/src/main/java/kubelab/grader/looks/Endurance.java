package kubelab.grader.looks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;

/** Whether a Pod's containers go on running while the check looks at other things. */
public final class Endurance {
    private final String pod;
    private final List<String> containers;
    private final Duration enough;
    private List<Integer> restarts = List.of();
    private long begin;

    /** @param enough how long they must have gone on since {@link #begin} */
    public Endurance(String pod, Duration enough, String... containers) {
        this.pod = pod;
        this.enough = enough;
        this.containers = List.of(containers);
    }

    /** An act, for when they run. */
    public void begin(CheckContext run) {
        begin = System.nanoTime();
        restarts = restarts(run);
    }

    /** None of them has ended since, and that is long enough. The criterion must be patient. */
    public Observation goesOn(CheckContext run) {
        String expected = String.join(" and ", containers) + " to go on running, never to end";
        List<Integer> now = restarts(run);
        for (int i = 0; i < containers.size(); i++) {
            String container = containers.get(i);
            boolean runs = run.pod(pod)
                    .filter(p -> CheckContext.isRunning(p, container))
                    .isPresent();
            if (!runs || !now.get(i).equals(restarts.get(i))) {
                return Observation.never(expected, container + " ran for a while, and then ended");
            }
        }
        return System.nanoTime() - begin >= enough.toNanos()
                ? Observation.holds(
                        String.join(" and ", containers) + (containers.size() == 1 ? " goes" : " go") + " on running")
                : Observation.notYet(expected, "they have not run for long");
    }

    private List<Integer> restarts(CheckContext run) {
        List<Integer> restarts = new ArrayList<>();
        containers.forEach(c -> restarts.add(Pods.restarts(run, pod, c)));
        return restarts;
    }
}

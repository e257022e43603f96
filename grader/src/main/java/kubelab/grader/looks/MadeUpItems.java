package kubelab.grader.looks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;
import kubelab.labkit.Reconciler;
import kubelab.labkit.Reconciler.Desired;
import kubelab.labkit.Reconciler.Item;
import kubelab.labkit.Reconciler.Verb;
import kubelab.labkit.Reconciler.Write;

/** Questions to a control loop's decision, about objects that are not there. */
public final class MadeUpItems {
    private static final int ROUNDS = 12;

    private final Reconciler answer;
    private final Map<String, String> selector;
    private final Random random;

    private MadeUpItems(Reconciler answer, Map<String, String> selector, Random random) {
        this.answer = answer;
        this.selector = selector;
        this.random = random;
    }

    /**
     * Questions to the run's component.
     *
     * @param seed of its own: how often the run's chance was asked before depends on the cluster's pace
     */
    public static MadeUpItems of(CheckContext run, Map<String, String> selector, long seed) {
        return new MadeUpItems(run.component(Reconciler.class), selector, new Random(seed));
    }

    /** Each number of objects and of replicas from 0 to 4, and more: as many writes as the numbers differ. */
    public Observation exact() {
        for (int there = 0; there <= 4; there++) {
            for (int replicas = 0; replicas <= 4; replicas++) {
                Optional<Observation> wrong = wrong(replicas, there, 0);
                if (wrong.isPresent()) {
                    return wrong.get();
                }
            }
        }
        return wrong(40, 7, 0).or(() -> wrong(7, 40, 0)).orElseGet(() -> Observation.holds("neither more nor fewer"));
    }

    /** The same where some are being deleted. */
    public Observation leavesOutDeleted() {
        return wrong(3, 3, 1)
                .or(() -> wrong(3, 2, 1))
                .or(() -> wrong(3, 5, 3))
                .or(() -> wrong(0, 0, 2))
                .orElseGet(() -> Observation.holds("it is on its way out"));
    }

    /** One state, asked about again and again, also after other states: what was asked before makes no difference. */
    public Observation saysTheSame() {
        String expected = "the same number of writes each time that it is asked about the same state";
        List<Item> items = items(2, 1);
        int first = ask(5, items).size();
        for (int round = 0; round < ROUNDS; round++) {
            if (ask(5, items).size() != first) {
                return Observation.never(expected, "a different number the second time");
            }
            ask(random.nextInt(6), items(random.nextInt(6), 0));
            if (ask(5, items).size() != first) {
                return Observation.never(expected, "a different number after another state");
            }
        }
        return Observation.holds("the state is enough");
    }

    /** Empty if it asks for the right writes. */
    private Optional<Observation> wrong(int replicas, int there, int deleting) {
        List<Item> items = items(there, deleting);
        Set<String> own = items.stream()
                .filter(item -> !item.deleting() && item.labels().entrySet().containsAll(selector.entrySet()))
                .map(Item::name)
                .collect(Collectors.toCollection(HashSet::new));
        List<Write> writes = ask(replicas, items);
        long creates = writes.stream().filter(w -> w.verb() == Verb.CREATE).count();
        List<String> deletes = writes.stream()
                .filter(w -> w.verb() == Verb.DELETE)
                .map(Write::name)
                .toList();
        String state = there + " that count" + (deleting == 0 ? "" : ", " + deleting + " being deleted") + " and "
                + replicas + " desired";
        int missing = Math.max(0, replicas - there);
        int surplus = Math.max(0, there - replicas);
        if (creates != missing || deletes.size() != surplus) {
            return Optional.of(Observation.never(
                    missing + " creates and " + surplus + " deletes for " + state,
                    creates + " creates and " + deletes.size() + " deletes"));
        }
        boolean right = own.containsAll(deletes) && new HashSet<>(deletes).size() == deletes.size();
        return right
                ? Optional.empty()
                : Optional.of(Observation.never(
                        surplus + " deletes, each of a different one of those that count, for " + state,
                        "a delete of one that does not count, or two of the same one"));
    }

    private List<Write> ask(int replicas, List<Item> items) {
        List<Write> writes = answer.reconcile(new Desired("made-up", replicas, selector), items);
        // what comes over the pipe is as the answer has made it
        return writes == null
                ? List.of()
                : writes.stream().filter(Objects::nonNull).toList();
    }

    /** So many that count, others that do not, and some that are being deleted, in any order. */
    private List<Item> items(int there, int deleting) {
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < there + deleting; i++) {
            Map<String, String> labels = new HashMap<>(selector);
            if (i % 2 == 1) {
                labels.put("also", "this"); // a label more is no reason not to count
            }
            items.add(item(labels, i >= there));
        }
        items.add(item(Map.of(), false));
        selector.forEach((key, value) -> {
            items.add(item(Map.of(key, value), false));
            items.add(item(Map.of(key, value + "-2"), false));
        });
        Collections.shuffle(items, random);
        return items;
    }

    private Item item(Map<String, String> labels, boolean deleting) {
        String id = Long.toHexString(random.nextLong());
        return new Item("made-up-" + id, id, labels, deleting);
    }
}

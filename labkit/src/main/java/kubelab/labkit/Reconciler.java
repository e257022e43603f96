package kubelab.labkit;

import java.util.List;
import java.util.Map;

/**
 * A controller's one decision: which writes lead from what is there to what is desired. The harness watches, reads, asks,
 * and writes. Calls come one at a time: one when it begins, one when something has changed, however much, and one a second
 * in any case. None of them says what has changed: a controller goes by the state and not by events.
 *
 * <p>Source: k8s.io/kubernetes/pkg/controller/replicaset (syncReplicaSet, manageReplicas), release 1.34.
 */
public interface Reconciler extends Component {
    /**
     * What is to be written now. The writes are made in their order before the next call.
     *
     * @param items all objects of the kind in the namespace, also those that this controller has nothing to do with
     * @return none if nothing is to be changed
     */
    List<Write> reconcile(Desired desired, List<Item> items);

    /**
     * What is desired.
     *
     * @param name of the object that says so
     * @param replicas how many objects there are to be; 0 or more
     * @param selector the labels of the objects that count; each created object gets them
     */
    record Desired(String name, int replicas, Map<String, String> selector) {
        public Desired {
            selector = Map.copyOf(selector);
        }
    }

    /**
     * What a controller wants to know of an object.
     *
     * @param uid differs from that of an object which had the same name before
     * @param deleting it is being deleted, and is there until its finalizers are gone
     */
    record Item(String name, String uid, Map<String, String> labels, boolean deleting) {
        public Item {
            labels = Map.copyOf(labels);
        }
    }

    /** What a write does. */
    enum Verb {
        CREATE,
        DELETE
    }

    /**
     * A write.
     *
     * @param name which object is deleted; empty for CREATE, where the API server makes up a name
     */
    record Write(Verb verb, String name) {
        public static Write create() {
            return new Write(Verb.CREATE, "");
        }

        public static Write delete(String name) {
            return new Write(Verb.DELETE, name);
        }
    }
}

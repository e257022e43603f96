package kubelab.controlplane.apiserver.audit;

import java.util.Set;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.RequestInfo;
import kubelab.controlplane.apiserver.request.User;

/**
 * What the chain of a request calls to be audited: {@link #begin} when the request comes, {@link #received} or {@link
 * #unauthenticated} when it is clear who calls, {@link #answered} at the end.
 *
 * <p>Source: k8s.io/apiserver/pkg/endpoints/filters (audit.go, authn_audit.go), release 1.34.
 */
public final class Auditor {
    /** Subresources whose answers go on: their start is a stage of its own. */
    private static final Set<String> LONG_RUNNING = Set.of("attach", "exec", "proxy", "log", "portforward");

    private final AuditPolicy policy;
    private final AuditTrail trail;
    private final Clock clock;

    public Auditor(AuditPolicy policy, AuditTrail trail, Clock clock) {
        this.policy = policy;
        this.trail = trail;
        this.clock = clock;
    }

    public AuditRecord begin(String id, ApiRequest request, RequestInfo info) {
        return new AuditRecord(id, request, info, clock.now());
    }

    /** The credentials are good: the policy can be asked. */
    public void received(AuditRecord record, User caller) {
        record.user = caller;
        record.rule = policy.ruleFor(caller, record.info);
        if (isNoted(record, AuditStage.REQUEST_RECEIVED)) {
            trail.add(record, AuditStage.REQUEST_RECEIVED, record.received);
        }
    }

    /** The credentials are wrong: the request is noted without a user, and only that it was refused. */
    public void unauthenticated(AuditRecord record, ApiException refused) {
        record.rule = policy.ruleFor(null, record.info);
        record.code = refused.code();
        record.status(refused.toStatus());
        add(record, AuditStage.RESPONSE_STARTED);
    }

    /** The answer is known. @return what to send in its place: the same, but a stream whose end is noted, too */
    public ApiResponse answered(AuditRecord record, ApiResponse response) {
        if (record.rule.level() == AuditLevel.NONE || record.user == null) {
            return response;
        }
        record.code = response.code();
        RequestInfo info = record.info;
        if (response instanceof ApiResponse.Full && !isLongRunning(info)) {
            add(record, AuditStage.RESPONSE_COMPLETE);
            return response;
        }
        add(record, AuditStage.RESPONSE_STARTED);
        if (response instanceof ApiResponse.Stream stream) {
            return new ApiResponse.Stream(stream.code(), stream.headers(), sink -> stream.producer()
                    .accept(new AuditedSink(sink, () -> completed(record))));
        }
        if (response instanceof ApiResponse.Upgrade upgrade) {
            return new ApiResponse.Upgrade(upgrade.subprotocol(), upgrade.headers(), duplex -> upgrade.handler()
                    .accept(new AuditedDuplex(duplex, () -> completed(record))));
        }
        completed(record);
        return response;
    }

    private void completed(AuditRecord record) {
        add(record, AuditStage.RESPONSE_COMPLETE);
    }

    private void add(AuditRecord record, AuditStage stage) {
        if (isNoted(record, stage)) {
            trail.add(record, stage, clock.now());
        }
    }

    private static boolean isNoted(AuditRecord record, AuditStage stage) {
        return record.rule.level() != AuditLevel.NONE
                && !record.rule.omitStages().contains(stage);
    }

    private static boolean isLongRunning(RequestInfo info) {
        return info.verb().equals("watch") || LONG_RUNNING.contains(info.subresource());
    }
}

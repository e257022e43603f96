package kubelab.controlplane.apiserver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import kubelab.containers.clock.Clock;
import kubelab.containers.clock.InFlight;
import kubelab.containers.host.DaemonThreads;
import kubelab.controlplane.apiserver.aggregator.Aggregator;
import kubelab.controlplane.apiserver.apply.FieldManagement;
import kubelab.controlplane.apiserver.audit.AuditLog;
import kubelab.controlplane.apiserver.audit.AuditPolicy;
import kubelab.controlplane.apiserver.audit.AuditRecord;
import kubelab.controlplane.apiserver.audit.AuditTrail;
import kubelab.controlplane.apiserver.audit.Auditor;
import kubelab.controlplane.apiserver.customresources.Definitions;
import kubelab.controlplane.apiserver.customresources.SelfRequests;
import kubelab.controlplane.apiserver.encoding.Codec;
import kubelab.controlplane.apiserver.encoding.Encoding;
import kubelab.controlplane.apiserver.encoding.TableConverter;
import kubelab.controlplane.apiserver.registry.Conversions;
import kubelab.controlplane.apiserver.registry.EventExpiry;
import kubelab.controlplane.apiserver.registry.ObjectStore;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.registry.ResourceRegistry;
import kubelab.controlplane.apiserver.request.Admission;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.Authenticator;
import kubelab.controlplane.apiserver.request.Authorizer;
import kubelab.controlplane.apiserver.request.FaultInjection;
import kubelab.controlplane.apiserver.request.Forbidden;
import kubelab.controlplane.apiserver.request.ObjectReader;
import kubelab.controlplane.apiserver.request.RawHandler;
import kubelab.controlplane.apiserver.request.RequestInfo;
import kubelab.controlplane.apiserver.request.ServerInfo;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.apiserver.strategy.ServiceAddresses;
import kubelab.controlplane.apiserver.validation.Validator;
import kubelab.controlplane.apiserver.verb.BuiltInSubresources;
import kubelab.controlplane.apiserver.verb.CreateVerb;
import kubelab.controlplane.apiserver.verb.Defaulter;
import kubelab.controlplane.apiserver.verb.DeleteVerb;
import kubelab.controlplane.apiserver.verb.Patcher;
import kubelab.controlplane.apiserver.verb.ReadVerbs;
import kubelab.controlplane.apiserver.verb.RequestContext;
import kubelab.controlplane.apiserver.verb.RequestOptions;
import kubelab.controlplane.apiserver.verb.ResourceHandler;
import kubelab.controlplane.apiserver.verb.Reviews;
import kubelab.controlplane.apiserver.verb.UpdateVerb;
import kubelab.controlplane.apiserver.verb.WatchVerb;
import kubelab.controlplane.apiserver.verb.WriteChain;
import kubelab.controlplane.store.Command;
import kubelab.controlplane.store.MemoryStore;
import kubelab.controlplane.store.Store;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The API server. {@link #handle} is the chain every request takes; everything that can be exchanged is given to the
 * {@link Builder}.
 *
 * <p>Threads: {@link #handle} is called on many at a time, and works on the caller's. Authenticators and handlers may be
 * added while it runs; the monitor of {@code resourceHandlers} is held for a look or a put only. Watches are written by
 * {@code workers}.
 */
public final class ApiServer implements AutoCloseable {
    /** How long old revisions stay readable at least. Source: etcd-compaction-interval of kube-apiserver. */
    private static final Duration COMPACTION_INTERVAL = Duration.ofMinutes(5);

    private static final int LONGEST_AUDIT_ID = 64;

    /** Bytes of a body. Source: k8s.io/apiserver/pkg/server, MaxRequestBodyBytes, release 1.34. */
    public static final int MAX_BODY = 3 * 1024 * 1024;

    private static final Set<String> WRITES = Set.of("create", "update", "patch");
    /** Subresources whose query is not for this server. */
    private static final Set<String> CONNECTIONS = Set.of("attach", "exec", "portforward", "proxy");

    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

    private final ResourceRegistry registry;
    private final ObjectStore objects;
    private final Clock clock;
    private final AuditTrail audit = new AuditTrail();
    private final Auditor auditor;
    private final FaultInjection faults;
    private final ExecutorService workers = Executors.newCachedThreadPool(DaemonThreads.numbered("apiserver"));
    private final InFlight deliveries = new InFlight(workers);
    private final List<Authenticator> authenticators = new CopyOnWriteArrayList<>();
    private final List<RawHandler> rawHandlers;
    private final Map<String, ResourceHandler> resourceHandlers;
    private final Authorizer authorizer;
    private final Encoding encoding;
    private final ReadVerbs reads;
    private final WatchVerb watches;
    private final EventExpiry expiry;
    private final CreateVerb creates;
    private final UpdateVerb updates;
    private final DeleteVerb deletes;
    private final Definitions definitions;
    private final Aggregator aggregator;
    private volatile Clock.Timer compaction = () -> false;

    private ApiServer(Builder b) {
        clock = b.clock;
        auditor = new Auditor(b.auditPolicy, audit, clock);
        faults = new FaultInjection(clock);
        registry = b.registry;
        objects = new ObjectStore(b.store, registry);
        List<RawHandler> raw = new ArrayList<>();
        b.rawHandlers.forEach(factory -> raw.add(factory.make(registry)));
        raw.add(new ServerInfo());
        raw.add(new AuditLog(audit));
        rawHandlers = List.copyOf(raw);
        authorizer = b.authorizer.make(objects);
        encoding = new Encoding(b.codecs, b.tables);
        Conversions conversions = new Conversions();
        List<Admission> plugins = new ArrayList<>();
        plugins.add(new ServiceAddresses(objects));
        b.admission.forEach(factory -> plugins.addAll(factory.make(objects)));
        WriteChain writes =
                new WriteChain(objects, encoding, conversions, b.fields, clock, plugins, b.validator, b.defaulter);
        reads = new ReadVerbs(objects, encoding, conversions);
        watches = new WatchVerb(objects, encoding, conversions, clock, deliveries);
        expiry = new EventExpiry(objects, registry);
        creates = new CreateVerb(writes);
        updates = new UpdateVerb(writes, creates, new Patcher(writes));
        deletes = new DeleteVerb(writes, reads);
        resourceHandlers = new HashMap<>();
        new BuiltInSubresources(writes, updates, deletes).register(resourceHandlers);
        new Reviews(authorizer, writes).register(resourceHandlers);
        SelfRequests self = new SelfRequests(this::handle);
        aggregator = new Aggregator(objects, registry, clock, deliveries, self);
        definitions = new Definitions(objects, registry, clock, deliveries, self, new Definitions.Effects() {
            @Override
            public void endWatches(String group, String plural) {
                watches.drop(group, plural);
            }

            @Override
            public void deleteObjects(Resource resource) {
                deletes.deleteAll(resource, encoding);
            }
        });
        scheduleCompaction(objects.store().revision());
    }

    public static Builder builder(Clock clock) {
        return new Builder(clock);
    }

    public ResourceRegistry registry() {
        return registry;
    }

    public AuditTrail audit() {
        return audit;
    }

    /** Rules by which requests are delayed or refused on purpose. */
    public FaultInjection faults() {
        return faults;
    }

    public ObjectReader reader() {
        return objects;
    }

    public Authorizer authorizer() {
        return authorizer;
    }

    /** Serves what APIServices say that other servers do, once it is started. */
    public Aggregator aggregator() {
        return aggregator;
    }

    /** Adds a way to find out who calls; asked before what the transport says. */
    public void authenticate(Authenticator authenticator) {
        authenticators.add(authenticator);
    }

    /** Adds or replaces the handler of a subresource ({@code "", "pods", "log"}) while the server runs. */
    public void handle(String group, String plural, String subresource, ResourceHandler handler) {
        synchronized (resourceHandlers) {
            resourceHandlers.put(ResourceHandler.id(group, plural, subresource), handler);
        }
    }

    /** Breaks all open watches; clients come back. */
    public void dropWatches() {
        watches.dropAll();
    }

    /** Forgets old revisions: watches and lists from before get 410 Gone. */
    public void compact() {
        compact(objects.store().revision());
    }

    private void compact(long revision) {
        objects.store().compact(new Command.Compact(revision, "compaction"));
    }

    /** Never throws: whatever goes wrong becomes a Status. */
    public ApiResponse handle(ApiRequest request) {
        RequestInfo info = RequestInfo.of(request);
        AuditRecord record = auditor.begin(auditId(request), request, info);
        ApiResponse response;
        try {
            User caller = authenticate(request, record);
            faults.meet(caller.name(), info);
            User user = impersonate(request, caller, record);
            authorize(user, info, record);
            response = dispatch(request, info, user, record);
        } catch (ApiException refused) {
            response = refusal(refused, request, record);
        } catch (RuntimeException | StackOverflowError bug) {
            LOG.warn("{} {} failed", request.method(), request.path(), bug);
            ApiException internal = ApiException.internal(bug);
            record.status(internal.toStatus());
            response = internal.toResponse();
        }
        note(record, info, response);
        return auditor.answered(record, response).with("Audit-Id", List.of(record.id()));
    }

    private void note(AuditRecord record, RequestInfo info, ApiResponse response) {
        if (info.resource() && record.wantsResponseObject() && response instanceof ApiResponse.Full full) {
            try {
                encoding.tree(full).ifPresent(record::responseObject);
            } catch (RuntimeException bug) {
                LOG.warn("{} cannot be noted", info.path(), bug);
            }
        }
    }

    private ApiResponse refusal(ApiException refused, ApiRequest request, AuditRecord record) {
        ObjectNode status = refused.toStatus();
        record.status(status);
        return encoding.plain(refused.code(), request, status);
    }

    /** As upstream: the client's own id, or a new one. Source: k8s.io/apiserver/pkg/endpoints/filters, WithAuditInit. */
    private static String auditId(ApiRequest request) {
        String given = request.header("audit-id");
        return given.isEmpty() || given.length() > LONGEST_AUDIT_ID
                ? UUID.randomUUID().toString()
                : given;
    }

    /** The revision of a resource's newest change: what each watch of it has heard of, or is about to. */
    public long newestChange(String group, String plural) {
        return objects.store().newestChange(registry.require(group, plural).prefix(""));
    }

    /** What is on its way to watchers. */
    public InFlight deliveries() {
        return deliveries;
    }

    private void scheduleCompaction(long revision) {
        compaction = clock.scheduleBeat("", COMPACTION_INTERVAL, () -> {
            long newest = objects.store().revision();
            deliveries.execute(() -> {
                expiry.removeBefore(clock.now().minus(EventExpiry.KEPT));
                compact(revision);
            });
            scheduleCompaction(newest);
        });
    }

    @Override
    public void close() {
        compaction.cancel();
        aggregator.close();
        definitions.close();
        watches.dropAll();
        workers.shutdown();
    }

    private User authenticate(ApiRequest request, AuditRecord record) {
        User caller;
        try {
            caller = caller(request);
        } catch (ApiException refused) {
            auditor.unauthenticated(record, refused);
            throw refused;
        }
        auditor.received(record, caller);
        return caller;
    }

    private User caller(ApiRequest request) {
        for (Authenticator authenticator : authenticators) {
            User user = authenticator.authenticate(request);
            if (user != null) {
                return user;
            }
        }
        User vouchedFor = request.user();
        return vouchedFor == null ? User.ANONYMOUS : vouchedFor;
    }

    /** Acting as somebody else takes the right to impersonate every part of that identity. */
    private User impersonate(ApiRequest request, User caller, AuditRecord record) {
        String name = request.header("impersonate-user");
        if (name.isEmpty()) {
            return caller;
        }
        User other = impersonated(request, caller, name);
        record.impersonated(other);
        return other;
    }

    private User impersonated(ApiRequest request, User caller, String name) {
        List<String> groups = new ArrayList<>(request.headers().getOrDefault("impersonate-group", List.of()));
        User implied = User.component(name);
        requireImpersonation(caller, name);
        for (String group : groups) {
            check(new Authorizer.Attributes(caller, "impersonate", "", "v1", "groups", "", "", group, true, ""));
        }
        if (groups.isEmpty()) {
            return implied;
        }
        if (!groups.contains(User.AUTHENTICATED)) {
            groups.add(User.AUTHENTICATED);
        }
        return new User(name, request.header("impersonate-uid"), groups, Map.of());
    }

    private void requireImpersonation(User caller, String name) {
        String[] parts = name.split(":", -1);
        boolean account = name.startsWith("system:serviceaccount:") && parts.length == 4;
        check(new Authorizer.Attributes(
                caller,
                "impersonate",
                "",
                "v1",
                account ? "serviceaccounts" : "users",
                "",
                account ? parts[2] : "",
                account ? parts[3] : name,
                true,
                ""));
    }

    private void authorize(User user, RequestInfo info, AuditRecord record) {
        Authorizer.Attributes asked = new Authorizer.Attributes(
                user,
                info.verb(),
                info.group(),
                info.version(),
                info.plural(),
                info.subresource(),
                info.namespace(),
                info.name(),
                info.resource(),
                info.path());
        Authorizer.Decision decision = authorizer.authorize(asked);
        record.decided(decision.allowed(), decision.reason());
        require(asked, decision);
    }

    private void check(Authorizer.Attributes asked) {
        require(asked, authorizer.authorize(asked));
    }

    private static void require(Authorizer.Attributes asked, Authorizer.Decision decision) {
        if (!decision.allowed()) {
            throw Forbidden.of(asked, decision.reason());
        }
    }

    private ApiResponse dispatch(ApiRequest request, RequestInfo info, User user, AuditRecord record) {
        if (request.body().length > MAX_BODY) {
            throw ApiException.tooLarge("limit is " + MAX_BODY);
        }
        ApiResponse elsewhere = aggregator.handle(request, info, user, record.id());
        if (elsewhere != null) {
            return elsewhere;
        }
        if (!info.resource()) {
            for (RawHandler handler : rawHandlers) {
                ApiResponse response = handler.handle(request, user);
                if (response != null) {
                    return response;
                }
            }
            if (info.path().startsWith("/apis/")) {
                return ApiResponse.text(404, "404 page not found\n");
            }
            throw ApiException.unknownResource();
        }
        Resource resource = registry.find(info.group(), info.version(), info.plural());
        if (resource == null && !registry.hasGroupVersion(info.group(), info.version())) {
            return ApiResponse.text(404, "404 page not found\n");
        }
        if (resource == null ? registry.isAllCustom(info.group(), info.version()) : isElsewhere(resource, info)) {
            return ApiResponse.text(404, "404 page not found\n");
        }
        if (resource == null) {
            throw ApiException.unknownResource();
        }
        Resource.Sub sub = null;
        if (!info.subresource().isEmpty()) {
            sub = resource.subresource(info.subresource());
            if (sub == null) {
                throw resource.isCustom()
                        ? ApiException.notFound(resource, info.name())
                        : ApiException.unknownResource();
            }
        }
        if (resource.namespaced() && !info.name().isEmpty() && info.namespace().isEmpty()) {
            throw ApiException.unknownResource();
        }
        RequestContext call = new RequestContext(request, info, user, resource, sub, encoding, record);
        if (!resource.strategy().deprecation().isEmpty()) {
            call.warn(resource.strategy().deprecation());
        }
        ApiResponse response;
        try {
            response = verb(call);
        } catch (ApiException refused) {
            // What was wrong with the request otherwise is said all the same.
            response = refusal(refused, request, record);
        }
        return withWarnings(response, call.warnings());
    }

    /** A custom resource that is asked for where it is not: in a namespace, or outside of them. */
    private static boolean isElsewhere(Resource resource, RequestInfo info) {
        // The path of an object called like a namespace's looks as if it were in one.
        boolean inNamespace = !info.namespace().isEmpty() && !info.plural().equals("namespaces");
        if (!resource.isCustom() || resource.namespaced() == inNamespace) {
            return false;
        }
        return !resource.namespaced()
                || !info.verb().equals("list") && !info.verb().equals("watch");
    }

    private ApiResponse verb(RequestContext call) {
        Resource resource = call.resource();
        String subresource = call.info().subresource();
        if (WRITES.contains(call.info().verb()) && !CONNECTIONS.contains(subresource)) {
            RequestOptions.checkWrite(call);
        }
        ResourceHandler handler;
        synchronized (resourceHandlers) {
            handler = resourceHandlers.get(ResourceHandler.id(resource.group(), resource.plural(), subresource));
            if (handler == null) {
                handler = resourceHandlers.get("*/*/" + subresource);
            }
        }
        if (handler != null) {
            return handler.handle(call);
        }
        String verb = call.info().verb();
        boolean known = call.subresource() == null
                ? resource.verbs().contains(verb)
                : call.subresource().verbs().contains(verb);
        if (!known || (call.subresource() != null && !isObject(call))) {
            throw ApiException.methodNotAllowed();
        }
        boolean named = !call.name().isEmpty();
        if (call.subresource() == null && named == verb.equals("create") && !isAboutMany(verb)) {
            throw ApiException.methodNotAllowed();
        }
        switch (verb) {
            case "get":
                return reads.get(call);
            case "list":
                return reads.list(call);
            case "watch":
                return watches.watch(call);
            case "create":
                return creates.create(call);
            case "update":
                return updates.update(call);
            case "patch":
                return updates.patch(call);
            case "delete":
                return deletes.delete(call);
            case "deletecollection":
                return deletes.deleteCollection(call);
            default:
                throw ApiException.methodNotAllowed();
        }
    }

    private static boolean isAboutMany(String verb) {
        return verb.equals("list") || verb.equals("watch") || verb.equals("deletecollection");
    }

    /** Whether the subresource reads and writes the object itself: status, resize, ephemeralcontainers. */
    private static boolean isObject(RequestContext call) {
        Resource.Sub sub = call.subresource();
        return sub != null && sub.kind().equals(call.resource().kind());
    }

    private static ApiResponse withWarnings(ApiResponse response, List<String> warnings) {
        if (warnings.isEmpty() || !(response instanceof ApiResponse.Full)) {
            return response;
        }
        return response.with(
                "Warning",
                warnings.stream()
                        .map(w -> "299 - \"" + w.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
                        .toList());
    }

    /** Makes a part of the server that reads the cluster's state. */
    public interface Factory<T> {
        T make(ObjectReader reader);
    }

    /** Makes a handler that knows the registry. */
    public interface RawFactory {
        RawHandler make(ResourceRegistry registry);
    }

    /** What an API server is made of. Everything has a default that works without it. */
    public static final class Builder {
        private final Clock clock;
        private Store store = new MemoryStore();
        private ResourceRegistry registry = new ResourceRegistry();
        private Factory<Authorizer> authorizer = reader -> Authorizer.ALLOW_ALL;
        private Validator validator = Validator.NONE;
        private Defaulter defaulter = (resource, object) -> {};
        private FieldManagement fields = FieldManagement.NONE;
        private AuditPolicy auditPolicy = AuditPolicy.DEFAULT;
        private @Nullable TableConverter tables;
        private final List<Factory<List<Admission>>> admission = new ArrayList<>();
        private final List<Codec> codecs = new ArrayList<>();
        private final List<RawFactory> rawHandlers = new ArrayList<>();

        private Builder(Clock clock) {
            this.clock = clock;
        }

        public Builder store(Store value) {
            store = value;
            return this;
        }

        public Builder registry(ResourceRegistry value) {
            registry = value;
            return this;
        }

        public Builder authorizer(Factory<Authorizer> value) {
            authorizer = value;
            return this;
        }

        /** In the order in which they are called. */
        public Builder admission(Factory<List<Admission>> value) {
            admission.add(value);
            return this;
        }

        public Builder validator(Validator value) {
            validator = value;
            return this;
        }

        public Builder defaulter(Defaulter value) {
            defaulter = value;
            return this;
        }

        public Builder fieldManagement(FieldManagement value) {
            fields = value;
            return this;
        }

        /** How much is noted of which request. */
        public Builder auditPolicy(AuditPolicy value) {
            auditPolicy = value;
            return this;
        }

        public Builder tables(TableConverter value) {
            tables = value;
            return this;
        }

        public Builder codec(Codec value) {
            codecs.add(value);
            return this;
        }

        public Builder rawHandler(RawHandler value) {
            rawHandlers.add(rows -> value);
            return this;
        }

        /** A handler that describes what the server serves: discovery, OpenAPI. */
        public Builder rawHandler(RawFactory value) {
            rawHandlers.add(value);
            return this;
        }

        public ApiServer build() {
            return new ApiServer(this);
        }
    }
}

package kubelab.labkit.worker;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import kubelab.labkit.Connection;
import kubelab.labkit.Dialer;
import org.jspecify.annotations.Nullable;

/**
 * Calls between a grader and an answer's process, in both directions and many at a time. Each message is a line of JSON:
 * {@code call}, {@code on}, {@code method}, {@code arguments}; then {@code returned} and {@code value}, or {@code threw}.
 *
 * <p>Values travel as JSON, but a {@link Connection} and a {@link Dialer} stay where they are: the other side gets a
 * number to call them by. Each side runs the same code.
 */
public final class Pipe {
    /** Carries a line to the other side. */
    public interface Wire {
        void send(String line) throws IOException;
    }

    /** The first thing that each side exports has this number. */
    public static final long ROOT = 0;

    private final Wire wire;
    private final Function<Throwable, List<String>> frames;
    private final Consumer<PipeFault> faults;
    private final KubernetesSerialization json;
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong references = new AtomicLong();
    private final Map<Long, CompletableFuture<Map<String, Object>>> waiting = new ConcurrentHashMap<>();
    private final Map<Long, Exported> exports = new ConcurrentHashMap<>();
    private final ExecutorService threads;
    private volatile @Nullable PipeFault end;

    private record Exported(Class<?> type, Object target) {}

    /**
     * @param frames which lines of a stack trace the other side is told
     * @param faults hears of calls to the other side that ended with anything but a value or an IOException
     */
    public Pipe(
            String name,
            Wire wire,
            KubernetesSerialization json,
            Function<Throwable, List<String>> frames,
            Consumer<PipeFault> faults) {
        this.wire = wire;
        this.json = json;
        this.frames = frames;
        this.faults = faults;
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Lets the other side call the methods of an interface. */
    public void export(long number, Class<?> type, Object target) {
        exports.put(number, new Exported(type, target));
    }

    /**
     * What the other side exports, as if it were here.
     *
     * @param limit how long a call may take; a call that hands over a connection lasts as long as the conversation
     */
    public <T> T remote(Class<T> type, long number, Duration limit) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> switch (method.getName()) {
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> arguments != null && proxy == arguments[0];
                    case "toString" -> type.getSimpleName() + " " + number + " at the other end of the pipe";
                    default -> call(number, method, arguments == null ? new Object[0] : arguments, limit);
                }));
    }

    /** Takes in a line that came from the other side; returns at once. */
    @SuppressWarnings("unchecked")
    public void receive(String line) {
        Map<String, Object> message = json.unmarshal(line, Map.class);
        if (message.containsKey("call")) {
            threads.execute(() -> answer(message));
            return;
        }
        long call = number(message.containsKey("returned") ? message.get("returned") : message.get("threw"));
        CompletableFuture<Map<String, Object>> future = waiting.remove(call);
        if (future != null) {
            future.complete(message);
        }
    }

    /** Ends every call that waits, and all later ones, with this fault. */
    public void close(PipeFault why) {
        if (end == null) {
            end = why;
        }
        waiting.values().forEach(f -> f.completeExceptionally(why));
        waiting.clear();
        threads.shutdownNow();
    }

    private @Nullable Object call(long target, Method method, Object[] arguments, Duration limit) throws IOException {
        long call = calls.incrementAndGet();
        List<Object> encoded = new ArrayList<>();
        List<Long> lent = new ArrayList<>();
        Type[] types = method.getGenericParameterTypes();
        for (int i = 0; i < arguments.length; i++) {
            encoded.add(encode(arguments[i], types[i], lent));
        }
        CompletableFuture<Map<String, Object>> future = new CompletableFuture<>();
        waiting.put(call, future);
        PipeFault over = end;
        if (over != null) {
            throw over;
        }
        boolean conversation = !lent.isEmpty() || limit.isZero();
        try {
            send(Map.of("call", call, "on", target, "method", method.getName(), "arguments", encoded));
            Map<String, Object> result =
                    conversation ? future.get() : future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (result.containsKey("returned")) {
                return decode(result.get("value"), method.getGenericReturnType());
            }
            throw thrown(method, result);
        } catch (TimeoutException e) {
            throw fault(PipeFault.hung(method.getName(), limit));
        } catch (ExecutionException e) {
            throw e.getCause() instanceof PipeFault known ? known : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + method.getName(), e);
        } finally {
            waiting.remove(call);
            lent.forEach(exports::remove);
        }
    }

    private IOException thrown(Method method, Map<String, Object> result) {
        String message = String.valueOf(result.getOrDefault("message", ""));
        if (Boolean.TRUE.equals(result.get("io"))
                && List.of(method.getExceptionTypes()).contains(IOException.class)) {
            return new IOException(message);
        }
        List<String> lines = new ArrayList<>();
        if (result.get("frames") instanceof List<?> list) {
            list.forEach(frame -> lines.add(String.valueOf(frame)));
        }
        throw fault(PipeFault.threw(method.getName(), String.valueOf(result.get("exception")), message, lines));
    }

    private PipeFault fault(PipeFault fault) {
        faults.accept(fault);
        return fault;
    }

    /** The other side's call. */
    private void answer(Map<String, Object> message) {
        Map<String, Object> result = new LinkedHashMap<>();
        Object call = number(message.get("call"));
        try {
            Object value = invoke(message, result);
            result.put("returned", call);
            result.put("value", value);
            int length = json.asJson(result).length();
            if (length > AnswerProcess.LONGEST_RESULT) {
                throw new IllegalStateException("what " + message.get("method") + " returned has " + length
                        + " characters; it may have " + AnswerProcess.LONGEST_RESULT);
            }
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (Throwable t) {
            Throwable cause = t instanceof InvocationTargetException i && i.getCause() != null ? i.getCause() : t;
            result.clear();
            result.put("threw", call);
            result.put("exception", cause.getClass().getSimpleName());
            result.put("message", AnswerProcess.brief(cause.getMessage() == null ? "" : cause.getMessage()));
            result.put("io", cause instanceof IOException);
            result.put("frames", frames.apply(cause));
        }
        try {
            send(result);
        } catch (IOException gone) {
            // nobody is left who would want to know
        }
    }

    private @Nullable Object invoke(Map<String, Object> message, Map<String, Object> result) throws Exception {
        Exported export = exports.get(number(message.get("on")));
        if (export == null) {
            throw new IOException("the connection is closed");
        }
        String name = String.valueOf(message.get("method"));
        for (Method method : export.type().getMethods()) {
            if (method.getName().equals(name)) {
                List<?> given = (List<?>) message.getOrDefault("arguments", List.of());
                Type[] types = method.getGenericParameterTypes();
                Object[] arguments = new Object[types.length];
                for (int i = 0; i < types.length; i++) {
                    arguments[i] = decode(given.get(i), types[i]);
                }
                method.setAccessible(true);
                Object value = method.invoke(export.target(), arguments);
                return value == null ? null : encode(value, method.getGenericReturnType(), new ArrayList<>());
            }
        }
        throw new IllegalArgumentException(export.type().getSimpleName() + " has no method " + name);
    }

    private Object encode(Object value, Type type, List<Long> lent) {
        if (type != Connection.class && type != Dialer.class) {
            return value;
        }
        long number = references.incrementAndGet();
        if (value instanceof Connection connection) {
            export(number, RemoteConnection.Bytes.class, RemoteConnection.bytes(connection));
        } else {
            export(number, Dialer.class, value);
        }
        lent.add(number);
        return number;
    }

    private @Nullable Object decode(@Nullable Object value, Type type) {
        if (type == void.class || value == null) {
            return null;
        } else if (type == Connection.class) {
            return new RemoteConnection(remote(RemoteConnection.Bytes.class, number(value), Duration.ZERO));
        } else if (type == Dialer.class) {
            return remote(Dialer.class, number(value), Duration.ZERO);
        } else if (type instanceof ParameterizedType many && value instanceof List<?> list) {
            List<@Nullable Object> decoded = new ArrayList<>();
            list.forEach(one -> decoded.add(decode(one, many.getActualTypeArguments()[0])));
            return decoded;
        } else if (type instanceof ParameterizedType many && value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> decoded = new LinkedHashMap<>();
            map.forEach((key, one) -> decoded.put(key, decode(one, many.getActualTypeArguments()[1])));
            return decoded;
        }
        Class<?> plain = type instanceof Class<?> c ? c : Object.class;
        return json.convertValue(value, plain);
    }

    private void send(Map<String, Object> message) throws IOException {
        wire.send(json.asJson(message).replace("\n", " "));
    }

    private static long number(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : -1;
    }
}

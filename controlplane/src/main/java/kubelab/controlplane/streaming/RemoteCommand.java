package kubelab.controlplane.streaming;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import kubelab.containers.runtime.ContainerException;
import kubelab.containers.runtime.RuntimeContainer;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.Duplex;
import kubelab.controlplane.apiserver.verb.RequestContext;
import kubelab.controlplane.kubelet.ContainerAccess;
import kubelab.controlplane.kubelet.Kubelet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * pods/NAME/exec and attach over a WebSocket: stdin, stdout, stderr, the result and the terminal's size each in a
 * channel of its own. A session is told of its client's end on another thread than the one that starts the command:
 * each sets its field first and then looks at the other's.
 *
 * <p>Source: k8s.io/apiserver/pkg/util/proxy (streamtranslator) and k8s.io/kubelet/pkg/cri/streaming/remotecommand,
 * release 1.34. Simplified: no SPDY; a terminal's size is accepted and has no effect.
 */
final class RemoteCommand {
    private static final List<String> PROTOCOLS = List.of("v5.channel.k8s.io", "v4.channel.k8s.io");
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int RESULT = 3;
    /** In v5: the second byte names a channel of which the sender has no more. */
    private static final int CLOSE = 255;

    private final Streaming streaming;

    RemoteCommand(Streaming streaming) {
        this.streaming = streaming;
    }

    private interface Starter {
        RuntimeContainer.Process start(@Nullable MessagePipe in, @Nullable OutputStream out, @Nullable OutputStream err)
                throws ContainerException;
    }

    ApiResponse exec(RequestContext call) {
        List<String> command = call.request().params("command");
        if (command.isEmpty()) {
            throw ApiException.badRequest("you must specify at least 1 command");
        }
        return open(
                call,
                "exec",
                (container, in, out, err) -> container.exec(new RuntimeContainer.Exec(
                        command,
                        call.request().flag("tty"),
                        in,
                        out == null ? OutputStream.nullOutputStream() : out,
                        err == null ? OutputStream.nullOutputStream() : err)));
    }

    ApiResponse attach(RequestContext call) {
        return open(call, "attach", RuntimeContainer::attach);
    }

    private interface Action {
        RuntimeContainer.Process start(
                RuntimeContainer container,
                @Nullable MessagePipe in,
                @Nullable OutputStream out,
                @Nullable OutputStream err)
                throws ContainerException;
    }

    private ApiResponse open(RequestContext call, String what, Action action) {
        ApiRequest request = call.request();
        if (!request.flag("stdin") && !request.flag("stdout") && !request.flag("stderr")) {
            throw ApiException.badRequest("you must specify at least 1 of stdin, stdout, stderr");
        }
        Pod pod = streaming.pod(call);
        String container = Streaming.container(pod, request.param("container"));
        if (Streaming.node(pod).isEmpty()) {
            throw ApiException.badRequest("pod " + call.name() + " does not have a host assigned");
        }
        Kubelet kubelet =
                streaming.kubelet(pod, "/" + what + "/" + call.namespace() + "/" + call.name() + "/" + container);
        if (!request.webSocket()) {
            throw ApiException.badRequest("Upgrade request required");
        }
        String protocol = Protocols.choose(request, PROTOCOLS);
        return ApiResponse.upgrade(protocol, duplex -> {
            Session session = new Session(duplex, request.flag("stdin"), what.equals("exec"));
            duplex.listen(session);
            streaming
                    .threads()
                    .execute(() -> session.run(request, (in, out, err) -> {
                        Optional<RuntimeContainer> running = kubelet.access(call.namespace(), call.name(), container)
                                .flatMap(ContainerAccess::running);
                        if (running.isEmpty()) {
                            throw new ContainerException(
                                    "NotFound",
                                    0,
                                    "unable to upgrade connection: container not found (\"" + container + "\")");
                        }
                        return action.start(running.get(), in, out, err);
                    }));
        });
    }

    private static final class Session implements Duplex.Listener {
        private final Duplex duplex;
        private final Channels channels;
        private final @Nullable MessagePipe stdin;
        /** Whether its caller learns the exit code; who is attached to a container does not. */
        private final boolean command;

        private volatile RuntimeContainer.@Nullable Process attachment;
        private volatile boolean closed;

        Session(Duplex duplex, boolean stdin, boolean command) {
            this.duplex = duplex;
            this.channels = new Channels(duplex);
            this.stdin = stdin ? new MessagePipe() : null;
            this.command = command;
        }

        void run(ApiRequest request, Starter starter) {
            boolean tty = request.flag("tty");
            OutputStream out = request.flag("stdout") ? output(STDOUT) : null;
            OutputStream err = request.flag("stderr") && !tty ? output(STDERR) : null;
            try {
                // An empty message tells the client that the connection stands.
                int lowest = out != null ? STDOUT : err != null ? STDERR : RESULT;
                channels.send(lowest, new byte[0], 0, 0);
                RuntimeContainer.Process started = starter.start(stdin, out, err);
                if (!command) {
                    attachment = started;
                }
                if (closed) {
                    detach();
                }
                started.exitCode().whenComplete((code, failure) -> finish(code, failure));
            } catch (ContainerException e) {
                // The node says "error executing", the API server wraps it once more: so does upstream.
                String message = e.reason().equals("NotFound")
                        ? "Internal error occurred: " + e.getMessage()
                        : "Internal error occurred: Internal error occurred: error executing command in container: "
                                + e.getMessage();
                end(failure(message, "InternalError", 500, null));
            } catch (IOException gone) {
                closed();
            }
        }

        /** Once it is read no more, a command's output is thrown away: the command does not notice. */
        private OutputStream output(int channel) {
            OutputStream sent = channels.output(channel);
            return new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    write(new byte[] {(byte) b}, 0, 1);
                }

                @Override
                public void write(byte[] data, int offset, int length) throws IOException {
                    try {
                        if (!closed) {
                            sent.write(data, offset, length);
                        }
                    } catch (InterruptedIOException e) {
                        throw e;
                    } catch (IOException e) {
                        // the caller has gone; the word of it comes by another thread, and may be the later one
                        closed = true;
                    }
                }
            };
        }

        private void finish(@Nullable Integer code, @Nullable Throwable failure) {
            if (failure != null || code == null) {
                end(failure("Internal error occurred: " + failure, "InternalError", 500, null));
            } else if (code == 0 || !command) {
                // Who is attached to a container sees its output end, and learns no exit code.
                ObjectNode status = JsonNodeFactory.instance.objectNode();
                status.putObject("metadata");
                status.put("status", "Success");
                end(status);
            } else {
                end(failure(
                        "command terminated with non-zero exit code: command terminated with exit code " + code,
                        "NonZeroExitCode",
                        0,
                        code));
            }
        }

        private static ObjectNode failure(String message, String reason, int code, @Nullable Integer exitCode) {
            ObjectNode status = JsonNodeFactory.instance.objectNode();
            status.putObject("metadata");
            status.put("status", "Failure");
            status.put("message", message);
            status.put("reason", reason);
            ObjectNode cause = status.putObject("details").putArray("causes").addObject();
            if (exitCode != null) {
                cause.put("reason", "ExitCode");
                cause.put("message", String.valueOf(exitCode));
            } else {
                cause.put("message", message.replaceFirst("^Internal error occurred: ", ""));
            }
            if (code != 0) {
                status.put("code", code);
            }
            return status;
        }

        private void end(ObjectNode status) {
            try {
                byte[] bytes = status.toString().getBytes(StandardCharsets.UTF_8);
                channels.send(RESULT, bytes, 0, bytes.length);
            } catch (IOException gone) {
                // Nobody is there to be told.
            }
            duplex.close(1000, "");
        }

        @Override
        public void message(byte[] message, boolean text) {
            if (message.length == 0 || stdin == null) {
                return;
            }
            int channel = message[0] & 0xff;
            if (channel == STDIN) {
                stdin.put(message, 1);
            } else if (channel == CLOSE && message.length > 1 && message[1] == STDIN) {
                stdin.end();
            }
        }

        @Override
        public void closed() {
            closed = true;
            if (stdin != null) {
                stdin.end();
            }
            detach();
        }

        /** A command goes on without its caller, as on a real node; only an attached client is taken off its container. */
        private void detach() {
            RuntimeContainer.Process open = attachment;
            if (open != null && !open.exitCode().isDone()) {
                open.kill();
            }
        }
    }
}

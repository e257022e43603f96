package kubelab.controlplane.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import kubelab.containers.network.Connection;
import kubelab.controlplane.apiserver.request.Duplex;
import org.jspecify.annotations.Nullable;

/**
 * kubectl's port-forward: a SPDY/3.1 session whose bytes travel in binary WebSocket messages. For each connection
 * the client opens two streams with the same {@code requestID}: one for data, one on which an error is reported. Its
 * monitor guards the tables of streams and connections; the codec, which is not thread-safe, has one of its own.
 *
 * <p>Source: k8s.io/kubelet/pkg/cri/streaming/portforward (httpstream) and k8s.io/streaming/portforward (tunneling),
 * release 1.34. Simplified: no flow control windows, as in moby/spdystream, which kubectl uses.
 */
final class SpdyTunnel implements Duplex.Listener {
    private static final int CHUNK = 16 * 1024;

    private final Outbox outbox;
    private final PortForward.Dialer dialer;
    private final Executor threads;
    /** The codec keeps the state of header compression, so both directions go through it one frame at a time. */
    private final EmbeddedChannel codec = new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));

    private final Map<Integer, MessagePipe> data = new HashMap<>();
    private final Map<String, Pair> pairs = new HashMap<>();
    private final List<Connection> connections = new ArrayList<>();
    private boolean closed;

    SpdyTunnel(Duplex duplex, PortForward.Dialer dialer, Executor threads) {
        this.outbox = new Outbox(duplex);
        this.dialer = dialer;
        this.threads = threads;
    }

    /** The two streams of one connection, until both are there. */
    private static final class Pair {
        int data = -1;
        int error = -1;
        int port;
    }

    @Override
    public void message(byte[] message, boolean text) {
        List<Object> frames = new ArrayList<>();
        synchronized (codec) {
            codec.writeInbound(Unpooled.wrappedBuffer(message));
            for (Object frame = codec.readInbound(); frame != null; frame = codec.readInbound()) {
                frames.add(frame);
            }
        }
        for (Object frame : frames) {
            handle(frame);
        }
    }

    @Override
    public void closed() {
        List<Connection> open;
        synchronized (this) {
            closed = true;
            open = List.copyOf(connections);
            data.values().forEach(MessagePipe::end);
        }
        open.forEach(Connection::close);
    }

    private void handle(Object frame) {
        if (frame instanceof SpdySynStreamFrame syn) {
            opened(syn);
        } else if (frame instanceof SpdyDataFrame chunk) {
            MessagePipe pipe;
            synchronized (this) {
                pipe = data.get(chunk.streamId());
            }
            if (pipe != null) {
                pipe.put(ByteBufUtil.getBytes(chunk.content()), 0);
                if (chunk.isLast()) {
                    pipe.end();
                }
            }
            chunk.release();
        } else if (frame instanceof SpdyPingFrame ping) {
            send(new DefaultSpdyPingFrame(ping.id()));
        } else if (frame instanceof SpdyRstStreamFrame reset) {
            synchronized (this) {
                MessagePipe pipe = data.remove(reset.streamId());
                if (pipe != null) {
                    pipe.end();
                }
            }
        }
    }

    private void opened(SpdySynStreamFrame syn) {
        DefaultSpdySynReplyFrame reply = new DefaultSpdySynReplyFrame(syn.streamId());
        // Netty leaves out a block without headers; Go's framer reads an empty block and fails without one.
        reply.headers().set("accepted", "1");
        send(reply);
        String type = header(syn, "streamtype");
        String request = header(syn, "requestid");
        Pair complete = null;
        synchronized (this) {
            Pair pair = pairs.computeIfAbsent(request, r -> new Pair());
            if (type.equals("data")) {
                pair.data = syn.streamId();
                pair.port = Integer.parseInt(header(syn, "port"));
                data.put(syn.streamId(), new MessagePipe());
            } else {
                pair.error = syn.streamId();
            }
            if (pair.data >= 0 && pair.error >= 0) {
                pairs.remove(request);
                complete = pair;
            }
        }
        if (complete != null) {
            Pair ready = complete;
            threads.execute(() -> forward(ready));
        }
    }

    private void forward(Pair pair) {
        MessagePipe input;
        synchronized (this) {
            input = data.get(pair.data);
        }
        if (input == null) {
            return;
        }
        boolean late;
        try (Connection connection = dialer.dial(pair.port)) {
            synchronized (this) {
                late = closed;
                if (!late) {
                    connections.add(connection);
                }
            }
            if (late) {
                return;
            }
            threads.execute(() -> Pump.copy(input, connection));
            receive(pair.data, connection);
            synchronized (this) {
                connections.remove(connection);
            }
        } catch (IOException e) {
            byte[] text = String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8);
            send(new DefaultSpdyDataFrame(pair.error, Unpooled.wrappedBuffer(text)));
        }
        synchronized (this) {
            data.remove(pair.data);
        }
        input.end();
        finish(pair.data);
        finish(pair.error);
    }

    private void receive(int stream, Connection connection) {
        byte[] buffer = new byte[CHUNK];
        try {
            InputStream in = connection.input();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                send(new DefaultSpdyDataFrame(stream, Unpooled.copiedBuffer(buffer, 0, n)));
            }
        } catch (IOException gone) {
            // The stream ends either way.
        }
    }

    private void finish(int stream) {
        DefaultSpdyDataFrame last = new DefaultSpdyDataFrame(stream, Unpooled.EMPTY_BUFFER);
        last.setLast(true);
        send(last);
    }

    private void send(Object frame) {
        try {
            List<CompletableFuture<Void>> sent = new ArrayList<>();
            // Compressed headers build on those before: frames go out in the order in which they were encoded.
            synchronized (codec) {
                codec.writeOutbound(frame);
                for (ByteBuf out = codec.readOutbound(); out != null; out = codec.readOutbound()) {
                    sent.add(outbox.add(ByteBufUtil.getBytes(out)));
                    out.release();
                }
            }
            outbox.flush();
            sent.forEach(CompletableFuture::join);
        } catch (CompletionException gone) {
            closed();
        }
    }

    private static String header(SpdySynStreamFrame syn, String name) {
        @Nullable String value = syn.headers().getAsString(name);
        return value == null ? "" : value;
    }
}

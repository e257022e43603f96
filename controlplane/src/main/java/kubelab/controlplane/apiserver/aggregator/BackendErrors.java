package kubelab.controlplane.apiserver.aggregator;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import kubelab.controlplane.apiserver.aggregator.ServiceResolver.Target;

/** Why a server could not be asked, in the words of Go's net, crypto/tls and net/http. */
final class BackendErrors {
    private BackendErrors() {}

    /** @param e thrown while dialing */
    static String dialing(Target target, IOException e) {
        String dial = "dial tcp " + target.authority() + ": ";
        if (e instanceof SocketTimeoutException) {
            return dial + "i/o timeout";
        }
        if (e instanceof NoRouteToHostException) {
            return dial + "connect: no route to host";
        }
        return e instanceof ConnectException ? dial + "connect: connection refused" : dial + e.getMessage();
    }

    /** @param e thrown while greeting each other, or while asking */
    static String asking(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return String.valueOf(cause.getMessage());
            }
        }
        if (e instanceof SocketTimeoutException) {
            return "context deadline exceeded";
        }
        if (e instanceof EOFException) {
            return "EOF";
        }
        String message = String.valueOf(e.getMessage());
        if (e instanceof SSLException && message.contains("Unsupported or unrecognized SSL message")) {
            return "http: server gave HTTP response to HTTPS client";
        }
        if (message.contains("terminated the handshake") || message.contains("Connection reset")) {
            return message.contains("reset") ? "read: connection reset by peer" : "EOF";
        }
        return message;
    }
}

package kubelab.controlplane.listener;

import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * Which cipher the server prefers. AES-GCM is the fastest where the compiler knows the processor's instructions for it,
 * and by far the slowest where it does not: without the full compiler, which short commands and `kubelab up` leave out
 * for a fast start, it encrypts 23 MB/s, ChaCha20 105 MB/s. A list of some thousand objects is a good part of a megabyte.
 */
final class CipherOrder {
    private static final String PLAIN_ARITHMETIC = "CHACHA20";

    private CipherOrder() {}

    /** All suites that the JDK offers by default, the one that is fastest here first. */
    static List<String> suites() {
        String[] suites;
        try {
            suites = SSLContext.getDefault().getDefaultSSLParameters().getCipherSuites();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK knows no TLS", e);
        }
        return Arrays.stream(suites)
                .sorted(Comparator.comparing(suite -> withoutFullCompiler() && !suite.contains(PLAIN_ARITHMETIC)))
                .toList();
    }

    /** How HotSpot says that it was told to stop at its first compiler. */
    private static boolean withoutFullCompiler() {
        return System.getProperty("java.vm.info", "").contains("emulated-client");
    }
}

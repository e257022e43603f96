package kubelab.controlplane.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.Test;

/** What a client that leaves the choice to the server gets. */
class CipherOrderTest {
    @Test
    void the_server_chooses_what_is_fast_in_this_jvm() throws Exception {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().bare().start()) {
            boolean slowAes = System.getProperty("java.vm.info").contains("emulated-client");

            assertThat(negotiated(Config.fromKubeconfig(cluster.kubeconfig()))).contains(slowAes ? "CHACHA20" : "AES");
        }
    }

    private static String negotiated(Config config) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "ca",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(Base64.getDecoder().decode(config.getCaCertData()))));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        URI server = URI.create(config.getMasterUrl());
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(server.getHost(), server.getPort())) {
            socket.startHandshake();
            return socket.getSession().getCipherSuite();
        }
    }
}

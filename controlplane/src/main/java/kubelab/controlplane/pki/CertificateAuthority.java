package kubelab.controlplane.pki;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Signs certificates for servers and clients with a key of its own (P-256, ECDSA with SHA-256). */
public final class CertificateAuthority {
    private static final Duration LASTING = Duration.ofDays(365);
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");
    private static final byte[] ECDSA_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    private final SecureRandom random = new SecureRandom();
    private final KeyPair keys;
    private final byte[] name;
    private final X509Certificate certificate;

    /** A private key and its certificate. */
    public record Identity(PrivateKey key, X509Certificate certificate) {
        /** PKCS #8, what Java's TLS reads. */
        public String keyPem() {
            return pem("PRIVATE KEY", key.getEncoded());
        }

        /**
         * SEC 1, what kubeconfigs hold: clients tell an EC key by its first line. The public key is in it, although it
         * is optional: some parsers do not read a key without it.
         */
        public String ecKeyPem() {
            byte[] secret = fixed(((ECPrivateKey) key).getS());
            ECPoint point = ((ECPublicKey) certificate.getPublicKey()).getW();
            byte[] der = Der.sequence(
                    Der.integer(BigInteger.ONE),
                    Der.octets(secret),
                    Der.tagged(0xa0, Der.oid("1.2.840.10045.3.1.7")),
                    Der.tagged(0xa1, Der.bits(uncompressed(point), 0)));
            return pem("EC PRIVATE KEY", der);
        }

        public String certificatePem() {
            return CertificateAuthority.pem(certificate);
        }
    }

    public CertificateAuthority(String commonName) {
        keys = newKeys();
        name = name(commonName, List.of());
        byte[] extensions = Der.sequence(
                extension("2.5.29.19", true, Der.sequence(Der.bool(true))),
                extension("2.5.29.15", true, Der.bits(new byte[] {(byte) 0xa4}, 2)),
                subjectKeyId(keys.getPublic()));
        certificate = sign(name, keys.getPublic(), extensions, Duration.ofDays(3650));
    }

    public X509Certificate certificate() {
        return certificate;
    }

    public String certificatePem() {
        return pem(certificate);
    }

    /** @param names host names and addresses the server is reached by */
    public Identity server(String commonName, List<String> names) {
        List<byte[]> alternatives = new ArrayList<>();
        for (String host : names) {
            alternatives.add(
                    ADDRESS.matcher(host).matches()
                            ? Der.tagged(0x87, address(host))
                            : Der.tagged(0x82, host.getBytes(StandardCharsets.US_ASCII)));
        }
        KeyPair pair = newKeys();
        byte[] extensions = Der.sequence(
                extension("2.5.29.15", true, Der.bits(new byte[] {(byte) 0xa0}, 5)),
                extension("2.5.29.37", false, Der.sequence(Der.oid(SERVER_AUTH))),
                extension("2.5.29.17", false, Der.sequence(alternatives.toArray(new byte[0][]))),
                subjectKeyId(pair.getPublic()),
                authorityKeyId());
        return new Identity(
                pair.getPrivate(), sign(name(commonName, List.of()), pair.getPublic(), extensions, LASTING));
    }

    /** A user's certificate: the user's name is its common name, groups are its organisations. */
    public Identity client(String user, List<String> groups) {
        KeyPair pair = newKeys();
        byte[] extensions = Der.sequence(
                extension("2.5.29.15", true, Der.bits(new byte[] {(byte) 0xa0}, 5)),
                extension("2.5.29.37", false, Der.sequence(Der.oid(CLIENT_AUTH))),
                subjectKeyId(pair.getPublic()),
                authorityKeyId());
        return new Identity(pair.getPrivate(), sign(name(user, groups), pair.getPublic(), extensions, LASTING));
    }

    static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no P-256 keys", e);
        }
    }

    /** 32 bytes, however small the number is. */
    static byte[] fixed(BigInteger value) {
        byte[] bytes = value.toByteArray();
        byte[] fixed = new byte[32];
        int length = Math.min(32, bytes.length);
        System.arraycopy(bytes, bytes.length - length, fixed, 32 - length, length);
        return fixed;
    }

    private static byte[] uncompressed(ECPoint point) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(4);
        bytes.writeBytes(fixed(point.getAffineX()));
        bytes.writeBytes(fixed(point.getAffineY()));
        return bytes.toByteArray();
    }

    static String pem(X509Certificate certificate) {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String type, byte[] content) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + type
                + "-----\n";
    }

    private X509Certificate sign(byte[] subject, PublicKey key, byte[] extensions, Duration lasting) {
        Instant now = Instant.now();
        byte[] body = Der.sequence(
                Der.tagged(0xa0, Der.integer(BigInteger.TWO)),
                Der.integer(new BigInteger(64, random).add(BigInteger.ONE)),
                ECDSA_SHA256,
                name,
                // A minute back: clocks of clients differ.
                Der.sequence(Der.time(now.minusSeconds(60)), Der.time(now.plus(lasting))),
                subject,
                key.getEncoded(),
                Der.tagged(0xa3, extensions));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(body);
            byte[] certificate = Der.sequence(body, ECDSA_SHA256, Der.bits(signature.sign(), 0));
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign a certificate", e);
        }
    }

    private static byte[] name(String commonName, List<String> organisations) {
        List<byte[]> parts = new ArrayList<>();
        for (String organisation : organisations) {
            parts.add(Der.set(Der.sequence(Der.oid("2.5.4.10"), Der.utf8(organisation))));
        }
        parts.add(Der.set(Der.sequence(Der.oid("2.5.4.3"), Der.utf8(commonName))));
        return Der.sequence(parts.toArray(new byte[0][]));
    }

    private static byte[] extension(String oid, boolean critical, byte[] value) {
        return critical
                ? Der.sequence(Der.oid(oid), Der.bool(true), Der.octets(value))
                : Der.sequence(Der.oid(oid), Der.octets(value));
    }

    private static byte[] subjectKeyId(PublicKey key) {
        return extension("2.5.29.14", false, Der.octets(keyId(key)));
    }

    private byte[] authorityKeyId() {
        return extension("2.5.29.35", false, Der.sequence(Der.tagged(0x80, keyId(keys.getPublic()))));
    }

    private static byte[] keyId(PublicKey key) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(key.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] address(String host) {
        try {
            return InetAddress.getByName(host).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("no address: " + host, e);
        }
    }
}

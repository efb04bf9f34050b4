package io.fleetcommand.token.api;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS certificate of the API, from two PEM files, reloaded when either changes. Open connections keep the old one.
 * A key that does not match the certificate is not used: the last valid pair stays.
 */
public final class Certificate {
    private static final Logger LOG = LoggerFactory.getLogger(Certificate.class);
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    /** The signature algorithm of each key algorithm. */
    private static final Map<String, String> SIGNATURES = Map.of("EC", "SHA256withECDSA", "RSA", "SHA256withRSA");

    private static final String ALIAS = "token-service";

    private final Path chain;
    private final Path key;
    private final SslContextFactory.Server tls = new SslContextFactory.Server();
    private Pem lastRead;

    private Certificate(Path chain, Path key) throws IOException {
        this.chain = chain;
        this.key = key;
        this.lastRead = pem();
        tls.setSniRequired(false);
        configure(tls, store(lastRead));
    }

    /** The contents of the two files. */
    private record Pem(String chain, String key) {
        @Override
        public String toString() {
            return "***";
        }
    }

    /**
     * @param chain the certificate and its intermediate ones, as PEM
     * @param key its private key, as PKCS #8 PEM without a password
     * @throws IOException if they cannot be used; the message says why
     */
    public static Certificate read(Path chain, Path key) throws IOException {
        return new Certificate(chain, key);
    }

    SslContextFactory.Server tls() {
        return tls;
    }

    /** Reloads the files if they have changed; a pair that is not valid is logged and ignored. */
    public void reloadIfChanged() {
        try {
            Pem now = pem();
            if (now.equals(lastRead)) {
                return;
            }
            lastRead = now;
            KeyStore store = store(now);
            tls.reload(factory -> configure(factory, store));
            LOG.info("certificate {} reloaded", chain);
        } catch (Exception unusable) {
            LOG.error("certificate {} not reloaded: {}", chain, unusable.getMessage());
        }
    }

    private static void configure(SslContextFactory factory, KeyStore store) {
        factory.setKeyStore(store);
        factory.setKeyStorePassword("");
    }

    private Pem pem() throws IOException {
        return new Pem(
                Files.readString(chain, StandardCharsets.ISO_8859_1),
                Files.readString(key, StandardCharsets.ISO_8859_1));
    }

    private KeyStore store(Pem pem) throws IOException {
        try {
            Matcher found = KEY.matcher(pem.key());
            if (!found.find()) {
                throw new IOException(key + " holds no PKCS #8 private key");
            }
            PrivateKey own =
                    privateKey(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(found.group(1))));
            var certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.chain().getBytes(StandardCharsets.ISO_8859_1)))
                    .toArray(java.security.cert.Certificate[]::new);
            if (certificates.length == 0 || !matches(own, certificates[0].getPublicKey())) {
                throw new IOException(chain + " is not the certificate of the key in " + key);
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(ALIAS, own, new char[0], certificates);
            return store;
        } catch (GeneralSecurityException | IllegalArgumentException unusable) {
            throw new IOException(chain + " and " + key + " cannot be used: " + unusable.getMessage(), unusable);
        }
    }

    private static PrivateKey privateKey(PKCS8EncodedKeySpec spec) throws GeneralSecurityException {
        for (String algorithm : SIGNATURES.keySet()) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException another) {
                LOG.debug("the private key is not of the kind {}", algorithm);
            }
        }
        throw new InvalidKeySpecException("the private key is of no known kind");
    }

    private static boolean matches(PrivateKey own, PublicKey publicKey) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(SIGNATURES.get(own.getAlgorithm()));
        signature.initSign(own);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        return signature.verify(signed);
    }
}

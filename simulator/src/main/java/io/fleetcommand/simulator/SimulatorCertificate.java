package io.fleetcommand.simulator;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import okhttp3.tls.HeldCertificate;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** A self-signed certificate, generated at each start, which clients trust by its PEM text. */
record SimulatorCertificate(HeldCertificate held) {
    private static final int DAYS = 365;

    static SimulatorCertificate forHost(String host) {
        return new SimulatorCertificate(new HeldCertificate.Builder()
                .commonName("device cloud simulator")
                .addSubjectAlternativeName(host)
                .addSubjectAlternativeName("localhost")
                .duration(DAYS, TimeUnit.DAYS)
                .build());
    }

    String pem() {
        return held.certificatePem();
    }

    SslContextFactory.Server tls() {
        try {
            String password = UUID.randomUUID().toString();
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "simulator",
                    held.keyPair().getPrivate(),
                    password.toCharArray(),
                    new java.security.cert.Certificate[] {held.certificate()});
            SslContextFactory.Server tls = new SslContextFactory.Server();
            tls.setKeyStore(store);
            tls.setKeyStorePassword(password);
            tls.setSniRequired(false);
            return tls;
        } catch (GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException("the certificate cannot be generated", impossible);
        }
    }
}

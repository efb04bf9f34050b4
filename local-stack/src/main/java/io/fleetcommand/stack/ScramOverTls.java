package io.fleetcommand.stack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import okhttp3.tls.HeldCertificate;

/**
 * TLS, passwords by SCRAM, and access rules: a client has the rights that its name is granted, and no others. The
 * certificates are made anew at every start, the passwords once for a data folder.
 *
 * @param authority file of the certificate that vouches for the broker's
 * @param identity file of the broker's certificate and key
 * @param passwordFile file of the passwords
 * @param passwords by principal
 */
record ScramOverTls(Path authority, Path identity, Path passwordFile, Map<String, String> passwords)
        implements BrokerSecurity {
    /** Who may do everything, and grants the others their rights. */
    static final String SUPER_USER = "admin";

    private static final String BROKER = "broker";
    private static final String MECHANISM = "SCRAM-SHA-512";
    private static final int LIFE_DAYS = 365;

    /** @param principals who gets a password, beside the broker and the super user */
    static ScramOverTls in(Path folder, Collection<String> principals) {
        HeldCertificate authority =
                certificate("authority").certificateAuthority(0).build();
        HeldCertificate identity = certificate(BROKER)
                .addSubjectAlternativeName("127.0.0.1")
                .signedBy(authority)
                .build();
        Path passwordFile = folder.resolve("passwords.properties");
        Map<String, String> passwords =
                new HashMap<>(Files.exists(passwordFile) ? PrivateFile.read(passwordFile) : Map.of());
        for (String name : new String[] {BROKER, SUPER_USER}) {
            passwords.computeIfAbsent(name, none -> UUID.randomUUID().toString());
        }
        principals.forEach(name ->
                passwords.computeIfAbsent(name, none -> UUID.randomUUID().toString()));
        return new ScramOverTls(
                PrivateFile.write(folder.resolve("authority.pem"), authority.certificatePem()),
                PrivateFile.write(
                        folder.resolve("broker.pem"), identity.certificatePem() + identity.privateKeyPkcs8Pem()),
                PrivateFile.write(passwordFile, passwords),
                Map.copyOf(passwords));
    }

    @Override
    public Map<String, String> broker(int port, int controllerPort) {
        Map<String, String> settings = new HashMap<>(tls());
        settings.put("listeners", "SASL_SSL://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        settings.put("listener.security.protocol.map", "SASL_SSL:SASL_SSL,CONTROLLER:SSL");
        settings.put("inter.broker.listener.name", "SASL_SSL");
        settings.put("sasl.enabled.mechanisms", MECHANISM);
        settings.put("sasl.mechanism.inter.broker.protocol", MECHANISM);
        settings.put("listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config", login(BROKER));
        settings.put("ssl.keystore.type", "PEM");
        settings.put("ssl.keystore.location", identity.toString());
        // The controller cannot look up passwords that it keeps itself: there a certificate says who it is.
        settings.put("listener.name.controller.ssl.client.auth", "required");
        settings.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        settings.put("super.users", "User:" + SUPER_USER + ";User:" + BROKER + ";User:CN=" + BROKER);
        return settings;
    }

    @Override
    public Optional<Path> users() {
        return Optional.of(passwordFile);
    }

    @Override
    public Map<String, String> client(String principal) {
        Map<String, String> settings = new HashMap<>(tls());
        settings.put("security.protocol", "SASL_SSL");
        settings.put("sasl.mechanism", MECHANISM);
        settings.put("sasl.jaas.config", login(principal));
        return settings;
    }

    private Map<String, String> tls() {
        return Map.of("ssl.truststore.type", "PEM", "ssl.truststore.location", authority.toString());
    }

    private String login(String principal) {
        String password = passwords.get(principal);
        if (password == null) {
            throw new StackFailure("there is no principal " + principal + " in deploy/acls.yaml");
        }
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + principal
                + "\" password=\"" + password + "\";";
    }

    private static HeldCertificate.Builder certificate(String name) {
        return new HeldCertificate.Builder().commonName(name).duration(LIFE_DAYS, TimeUnit.DAYS);
    }
}

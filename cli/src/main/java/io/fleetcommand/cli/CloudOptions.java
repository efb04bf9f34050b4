package io.fleetcommand.cli;

import io.fleetcommand.operations.doctor.CloudSession;
import io.fleetcommand.operations.doctor.TokenGiver;
import io.fleetcommand.operations.doctor.TokenInHand;
import io.fleetcommand.operations.doctor.TokenOfClient;
import io.fleetcommand.operations.stack.RealCloud;
import io.fleetcommand.service.BearerText;
import io.fleetcommand.service.Cleartext;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that name a real device cloud and where its tokens come from. Secrets are never arguments: others see them. */
public final class CloudOptions {
    @Option(
            names = "--cloud",
            paramLabel = "URL",
            description = "address of the real device cloud, such as https://api.particle.io")
    private Optional<String> url = Optional.empty();

    @Option(names = "--product", description = "with --cloud: id or slug of the product")
    private Optional<String> product = Optional.empty();

    @Option(names = "--client-id", description = "with --cloud: of the product's OAuth client, which gives the tokens")
    private Optional<String> clientId = Optional.empty();

    @Option(
            names = "--client-secret-file",
            paramLabel = "FILE",
            description = "with --client-id: holds its secret; nobody else may read it")
    private Optional<Path> clientSecretFile = Optional.empty();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "with --cloud, instead of a client: holds the token to use; read again when it changes")
    private Optional<Path> tokenFile = Optional.empty();

    @Option(
            names = "--admin-token-file",
            paramLabel = "FILE",
            description = "with --cloud, instead of a client: holds an administrator's token, by which API users are"
                    + " made; each has one token")
    private Optional<Path> adminTokenFile = Optional.empty();

    Optional<String> url() {
        return url;
    }

    Optional<String> product() {
        return product;
    }

    /**
     * The cloud that is named; empty if none is.
     *
     * @throws ParameterException if options are missing, or exclude each other
     * @throws IllegalStateException if a file cannot be what it must be
     */
    public Optional<RealCloud> real(CommandLine command) {
        if (url.isEmpty()) {
            if (Stream.of(product, clientId, clientSecretFile, tokenFile, adminTokenFile)
                    .anyMatch(Optional::isPresent)) {
                throw new ParameterException(command, "--product and the options of tokens need --cloud URL");
            }
            return Optional.empty();
        }
        addressFault(url.get()).ifPresent(fault -> {
            throw new ParameterException(command, "--cloud " + fault);
        });
        String named = product.filter(id -> !id.isBlank())
                .orElseThrow(() -> new ParameterException(command, "--cloud needs --product, its id or slug"));
        checkSource(command);
        return Optional.of(new RealCloud(withoutSlash(url.get()), named, tokenSource()));
    }

    /** Where the checks of a cloud get their token; empty if no option says. */
    public Optional<TokenGiver> giver(CloudSession cloud) {
        return clientSecretFile
                .map(SecretFile::read)
                .<TokenGiver>map(file -> new TokenOfClient(cloud, clientId.orElse(""), file.secret()))
                .or(() -> tokenFile
                        .or(() -> adminTokenFile)
                        .map(CloudOptions::token)
                        .map(file -> new TokenInHand(file.secret(), file.path().toString())));
    }

    /** What keeps a text from being the address of a cloud that secrets may be sent to. */
    static Optional<String> addressFault(String text) {
        URI address;
        try {
            address = URI.create(text);
        } catch (IllegalArgumentException wrong) {
            return Optional.of("is no address: such as https://api.particle.io");
        }
        String host = Optional.ofNullable(address.getHost()).orElse("");
        boolean bare = Optional.ofNullable(address.getUserInfo()).isEmpty()
                && Optional.ofNullable(address.getQuery()).isEmpty()
                && Stream.of("", "/").anyMatch(path -> path.equals(address.getPath()));
        if (host.isEmpty() || !bare) {
            return Optional.of("must be an address without a path, user or query, such as https://api.particle.io");
        }
        boolean https = "https".equalsIgnoreCase(address.getScheme());
        boolean http = "http".equalsIgnoreCase(address.getScheme());
        if (!https && !(http && Cleartext.isThisMachine(host.replaceAll("[\\[\\]]", "")))) {
            return Optional.of("must be https: over plain http everybody on the way could read the token");
        }
        return Optional.empty();
    }

    static String withoutSlash(String address) {
        return address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
    }

    private void checkSource(CommandLine command) {
        boolean client = clientId.isPresent() || clientSecretFile.isPresent();
        long sources = Stream.of(client, tokenFile.isPresent(), adminTokenFile.isPresent())
                .filter(given -> given)
                .count();
        if (sources != 1 || clientId.isPresent() != clientSecretFile.isPresent()) {
            throw new ParameterException(
                    command,
                    "--cloud needs one source of tokens: --client-id with --client-secret-file, or --token-file, or"
                            + " --admin-token-file");
        }
    }

    /** @throws IllegalStateException if the file cannot hold a token; the text is not repeated, since it may be a secret */
    private static SecretFile token(Path path) {
        SecretFile file = SecretFile.read(path);
        if (!BearerText.isValid(file.secret().reveal())) {
            throw new IllegalStateException(
                    "what the file " + file.path() + " holds cannot be a token: it must be one word of plain letters");
        }
        return file;
    }

    private Map<String, String> tokenSource() {
        Map<String, String> settings = new HashMap<>();
        clientSecretFile.map(SecretFile::read).ifPresent(file -> {
            settings.put("token.source", "client-credentials");
            settings.put("client.id", clientId.orElseThrow());
            settings.put("client.secret", file.reference());
        });
        tokenFile.map(CloudOptions::token).ifPresent(file -> {
            settings.put("token.source", "static");
            settings.put("static.token.file", file.path().toString());
        });
        adminTokenFile.map(CloudOptions::token).ifPresent(file -> {
            settings.put("token.source", "api-user");
            settings.put("admin.token", file.reference());
            settings.put("api.user.name", "fleet-local");
        });
        return settings;
    }
}

package io.fleetcommand.operations.doctor;

import java.io.IOException;
import java.util.Optional;

/** One call without a token, from which several checks tell what they look for. Confined to one thread at a time. */
final class CloudVisit {
    private final CloudSession cloud;
    private Optional<CloudAnswer> answer = Optional.empty();
    private Optional<IOException> failure = Optional.empty();

    CloudVisit(CloudSession cloud) {
        this.cloud = cloud;
    }

    CloudSession cloud() {
        return cloud;
    }

    /** What the cloud says to whoever shows no token; asked once. */
    synchronized CloudAnswer answer() throws IOException, InterruptedException {
        if (failure.isPresent()) {
            throw failure.get();
        }
        if (answer.isEmpty()) {
            try {
                answer = Optional.of(cloud.get("/v1/access_tokens/current", Optional.empty()));
            } catch (IOException failed) {
                failure = Optional.of(failed);
                throw failed;
            }
        }
        return answer.get();
    }
}

package io.fleetcommand.processor.core.campaign;

import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * How far each stop rule of a campaign is from applying.
 *
 * @param matched how many children counted for each rule, over the whole campaign
 * @param notBelow each rule applies at this many at the earliest; raised when a person resumes in spite of it
 * @param fired the rule that applied last
 */
public record StopTally(List<Long> matched, List<Long> notBelow, Optional<FiredRule> fired) {
    public StopTally {
        matched = List.copyOf(matched);
        notBelow = List.copyOf(notBelow);
        if (matched.size() != notBelow.size()) {
            throw new IllegalArgumentException(matched + " and " + notBelow + " are of other rules");
        }
    }

    static StopTally of(int rules) {
        List<Long> zeros = Collections.nCopies(rules, 0L);
        return new StopTally(zeros, zeros, Optional.empty());
    }
}

package io.fleetcommand.processor.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.quota.QuotaMessage.Demand;
import io.fleetcommand.processor.quota.QuotaMessage.Loan;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QuotaLoansTest {
    private final QuotaLoans lender = new QuotaLoans("idle");
    private final QuotaLoans borrower = new QuotaLoans("busy");

    @Test
    void nothingIsLentWithoutADemand() {
        assertThat(lender.lend(Set.of(1, 2), 8, 0)).isEmpty();
    }

    @Test
    void idleSharesGoToTheInstanceThatDemandsThem() {
        lender.apply(borrower.demand(0));
        assertThat(lender.lend(Set.of(2, 1), 8, 0))
                .containsExactly(new Loan(1, "busy", 6_000), new Loan(2, "busy", 6_000));
    }

    @Test
    void aLoanIsInForceLongerForItsLenderThanForItsBorrower() {
        Loan loan = lent();
        borrower.apply(loan);
        assertThat(lender.isLent(1, 6_999)).isTrue();
        assertThat(lender.isLent(1, 7_000)).isFalse();
        assertThat(borrower.borrowed(4_999)).isEqualTo(1);
        assertThat(borrower.borrowed(5_000)).isZero();
    }

    @Test
    void theNextOwnerOfThePartitionHonoursTheLoan() {
        QuotaLoans nextOwner = new QuotaLoans("next");
        nextOwner.apply(lent());
        assertThat(nextOwner.isLent(1, 1_000)).isTrue();
        assertThat(nextOwner.borrowed(1_000)).isZero();
    }

    @Test
    void aLoanIsExtendedWhileThereIsDemand() {
        lent();
        lender.apply(new Demand("busy", 20_000));
        assertThat(lender.lend(Set.of(1), 8, 1_000)).as("it has long to go").isEmpty();
        assertThat(lender.lend(Set.of(1), 8, 3_000)).containsExactly(new Loan(1, "busy", 9_000));
    }

    @Test
    void aLoanWithoutDemandEnds() {
        lent();
        assertThat(lender.lend(Set.of(1), 8, 5_500)).isEmpty();
        assertThat(lender.isLent(1, 7_000)).isFalse();
    }

    @Test
    void aLentShareGoesToNoOtherBorrower() {
        lent();
        lender.apply(new Demand("other", 20_000));
        assertThat(lender.lend(Set.of(1), 8, 5_500)).isEmpty();
        assertThat(lender.lend(Set.of(1), 8, 7_000)).containsExactly(new Loan(1, "other", 13_000));
    }

    @Test
    void severalBorrowersGetEqualParts() {
        lender.apply(new Demand("a", 5_000));
        lender.apply(new Demand("b", 5_000));
        assertThat(lender.lend(Set.of(1, 2, 3, 4), 8, 0))
                .extracting(Loan::borrower)
                .containsExactly("a", "b", "a", "b");
    }

    @Test
    void aLenderKeepsCapacityForTwoCalls() {
        lender.apply(borrower.demand(0));
        assertThat(lender.lend(Set.of(1, 2, 3, 4), 1, 0)).as("4 - 4 / 2 = 2").hasSize(4);
        QuotaLoans poor = new QuotaLoans("poor");
        poor.apply(borrower.demand(0));
        assertThat(poor.lend(Set.of(1, 2, 3), 1, 0)).as("3 - 2 / 2 = 2").hasSize(2);
        QuotaLoans poorest = new QuotaLoans("poorest");
        poorest.apply(borrower.demand(0));
        assertThat(poorest.lend(Set.of(1), 1, 0)).isEmpty();
    }

    @Test
    void itsOwnDemandIsNotServed() {
        lender.apply(new Demand("idle", 5_000));
        assertThat(lender.lend(Set.of(1), 8, 0)).isEmpty();
    }

    private Loan lent() {
        lender.apply(borrower.demand(0));
        List<Loan> loans = lender.lend(Set.of(1), 8, 0);
        assertThat(loans).hasSize(1);
        return loans.get(0);
    }
}

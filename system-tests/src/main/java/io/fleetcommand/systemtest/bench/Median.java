package io.fleetcommand.systemtest.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** The middle one of several runs. */
final class Median {
    private Median() {}

    static <T> double of(List<T> runs, ToDoubleFunction<T> figure) {
        double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** To three decimals. */
    static double rounded(double figure) {
        return Math.round(figure * 1_000) / 1_000.0;
    }
}

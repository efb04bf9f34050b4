package io.fleetcommand.operations.doctor;

import java.time.Duration;

/** What came of one check, and how long it took. */
public record CheckReport(String check, Finding finding, Duration took) {}

/**
 * What operators do with the topics of a running system: look at endings, replay, cancel, and tell a request's story.
 *
 * <p>Pure rules: {@link io.fleetcommand.cli.operate.Filter}, {@link io.fleetcommand.cli.operate.ReplayId}, {@link
 * io.fleetcommand.cli.operate.ReplayPlan}, {@link io.fleetcommand.cli.operate.OpenRequests}, {@link
 * io.fleetcommand.cli.operate.Story}. Kafka: {@link io.fleetcommand.cli.operate.Scan} and the classes that use it.
 */
package io.fleetcommand.cli.operate;

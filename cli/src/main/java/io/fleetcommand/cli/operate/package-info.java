/**
 * What operators do with the topics of a running system: look at outcomes, replay, cancel, and show the timeline of a request.
 *
 * <p>Pure rules: {@link io.fleetcommand.cli.operate.Filter}, {@link io.fleetcommand.cli.operate.ReplayId}, {@link
 * io.fleetcommand.cli.operate.ReplayPlan}, {@link io.fleetcommand.cli.operate.OpenRequests}, {@link
 * io.fleetcommand.cli.operate.RequestTimeline}. Kafka: {@link io.fleetcommand.cli.operate.TopicReader} and the classes that use it.
 */
package io.fleetcommand.cli.operate;

/**
 * What operators do with the topics of a running system: look at outcomes, replay, cancel, and show the timeline of a request.
 *
 * <p>Pure rules: {@link io.fleetcommand.operations.Filter}, {@link io.fleetcommand.operations.ReplayId}, {@link
 * io.fleetcommand.operations.ReplayPlan}, {@link io.fleetcommand.operations.OpenRequests}, {@link
 * io.fleetcommand.operations.RequestTimeline}. Kafka: {@link io.fleetcommand.operations.TopicReader} and the classes that use it.
 */
package io.fleetcommand.operations;

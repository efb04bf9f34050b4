/**
 * Spends the cloud's quota fully and never exceeds it: shares that add up to the limit whichever instances own them,
 * priorities, rate caps, cool-down after a 429, and the messages by which the instances coordinate. The arithmetic is
 * separate from waiting; {@link QuotaLimiter} combines the parts.
 */
package io.fleetcommand.processor.quota;

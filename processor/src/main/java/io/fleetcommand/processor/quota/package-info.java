/**
 * The cloud's quota, spent well and never exceeded: shares that add up to the limit whoever owns them, priorities, cool-down,
 * and what the instances tell each other about it. Arithmetic apart from waiting; {@link QuotaLimiter} joins the parts.
 */
package io.fleetcommand.processor.quota;

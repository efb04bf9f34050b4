/** Shared by all services: settings, secrets and metrics. */
package io.fleetcommand.service;

/** What every service of the house needs: settings, secrets and meters. */
package io.fleetcommand.service;

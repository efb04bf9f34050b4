/** What every service of the house needs: settings, secrets, and the end of its parent process. */
package io.fleetcommand.service;

/** What an innocent caller notices while another one abuses the system: the kinds of abuse, and the bench that commits them. */
package io.fleetcommand.systemtest.bench.abuse;

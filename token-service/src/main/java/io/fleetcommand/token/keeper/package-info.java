/** Has done what the rules decide, and answers for it: between the API on one side, cloud and storage on the other. */
package io.fleetcommand.token.keeper;

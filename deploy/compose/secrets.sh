# Makes the secrets of the local stack, each time for what is missing: every stack has its own, and only its volume
# holds them. They belong to the user that all parts run as, and nobody else may read them.
set -eu
umask 077
cd /var/lib/secrets

# secret NAME: 32 random bytes
secret() {
  [ -e "$1" ] || head -c 32 /dev/urandom | base64 | tr -d '\n' >"$1"
}

secret caller-secret
secret operator-secret
secret client-secret
secret state-key

# By which the token-service is known to the processors: its certificate, and the authority that they trust.
if [ ! -e token-service.pem ]; then
  java -Xmx64m -cp '/opt/fleet/app/*:/opt/fleet/lib/*' io.fleetcommand.stack.CertificateMain . token-service
fi

# The same in the form that its readers want: the token-service's keys, the simulator's options.
printf 'local:%s' "$(cat state-key)" >state-keys
printf -- '--client-secret=%s\n' "$(cat client-secret)" >simulator.options

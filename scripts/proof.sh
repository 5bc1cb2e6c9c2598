# shellcheck shell=bash disable=SC2154 # base and jar are set by whoever sources this
# What the proofs share: a browser session in curl, against the service at $base with cookies in
# $jar. Sourced by them, not run; needs curl and python3.

free_port() {
    python3 -c '
import socket
with socket.create_server(("127.0.0.1", 0)) as free:
    print(free.getsockname()[1])'
}

# await_ready PID...: wait until the service takes work, as long as these processes live.
await_ready() {
    local process deadline=$((SECONDS + 120))
    until curl --silent --fail --output /dev/null "$base/ready"; do
        for process in "$@"; do
            kill -0 "$process" || fail "process $process of the service ended by itself"
        done
        [ "$SECONDS" -lt "$deadline" ] || fail "the service is not ready after 120 s"
        sleep 0.2
    done
    echo "ready at $base"
}

# upload FILE: print the id of its review.
upload() {
    ask -F "document=@$1" "$base/upload" | field task_id
}

# await_success REVIEW: wait until it has reached SUCCESS.
await_success() {
    local state="" deadline=$((SECONDS + 120))
    until [ "$state" = SUCCESS ]; do
        [ "$SECONDS" -lt "$deadline" ] || fail "review $1 is $state after 120 s"
        state="$(ask "$base/status/$1?wait=10" | field state)"
        [ "$state" != FAILURE ] || fail "review $1 failed"
    done
    echo "review $1: $state"
}

ask() {
    curl --silent --show-error --fail --cookie "$jar" --cookie-jar "$jar" "$@"
}

field() {
    python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"
}

#!/bin/bash
# Prove that a newcomer gets from a clean clone to a read review with two commands, on a Debian that
# has python3 and make and nothing else. Needs root, debootstrap, git, curl, unshare and a network.
#
#   scripts/prove-newcomer.sh [FOLDER]      keeps the Debian in FOLDER for the next time
#
# SUITE picks the release (bookworm), MIRROR where from, STEPS what to prove (setup run test),
# DOCUMENTS which of the examples are uploaded (all).
# Proxies, certificates and package index of the caller's environment hold inside too. All of it
# runs in process and mount namespaces of its own, so nothing is left when the script ends.
set -euo pipefail

here="$(cd "$(dirname "$0")/.." && pwd)"
suite="${SUITE:-bookworm}"
steps="${STEPS:-setup run test}"
documents="${DOCUMENTS:-incident-report.docx services-contract.pdf design-document.md}"

if [ "${1:-}" != --inside ]; then
    folder="${1:-$(mktemp -d)}"
    [ -n "${1:-}" ] || trap 'rm -rf "$folder"' EXIT
    mkdir -p "$folder"
    if [ ! -e "$folder/debian-$suite.tar" ]; then
        echo "== making a minimal Debian $suite"
        debootstrap --variant=minbase --include=make,python3 "$suite" "$folder/new" \
            "${MIRROR:-http://deb.debian.org/debian}" >"$folder/debootstrap.log"
        tar -C "$folder/new" -cf "$folder/debian-$suite.part" .
        rm -rf "$folder/new"
        mv "$folder/debian-$suite.part" "$folder/debian-$suite.tar"
    fi
    unshare --mount-proc --pid --fork --kill-child "$0" --inside "$folder"
    exit
fi

. "$here/scripts/proof.sh"
folder="$2"
root="$folder/root"
clone=/home/newcomer/ai-prism
jar="$folder/cookies"
port="$(free_port)"
base="http://127.0.0.1:$port"

main() {
    make_machine
    for step in $steps; do
        "prove_$step"
    done
    echo "== proved: $steps"
}

make_machine() {
    rm -rf "$root" "$jar"
    mkdir -p "$root"
    tar -C "$root" -xf "$folder/debian-$suite.tar"
    mount --bind "$root" "$root"
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount -t tmpfs shm "$root/dev/shm"
    cp --dereference /etc/resolv.conf "$root/etc/resolv.conf"
    local certificates
    for certificates in "${SSL_CERT_FILE:-}" "${PIP_CERT:-}"; do
        [ -z "$certificates" ] || install -D -m 644 "$certificates" "$root$certificates"
    done
    git clone --quiet --no-local "$here" "$root$clone"
    chroot "$root" useradd --shell /bin/sh newcomer
    chroot "$root" chown -R newcomer: /home/newcomer
}

prove_setup() {
    echo "== make setup, cold"
    time as newcomer make setup
    echo "== make setup, warm"
    time as newcomer make setup
}

prove_run() {
    local document review reviews=()
    echo "== make run"
    start
    for document in $documents; do
        review="$(upload "$root$clone/src/ai_prism/examples/$document")"
        reviews+=("$review")
        await_success "$review"
    done
    stop
    echo "== make run again: the earlier reviews are there"
    start
    ask -H "Accept: text/html" "$base/reviews" >"$folder/reviews.html"
    for review in "${reviews[@]}"; do
        grep -q "$review" "$folder/reviews.html" || fail "review $review is not listed"
        await_success "$review"
    done
    stop
}

prove_test() {
    echo "== make test"
    time as root make test
    expect_no_process
}

# as USER COMMAND...: run it in the clone, with the caller's ways to the network.
as() {
    local user="$1" home name passed=()
    shift
    home="$(chroot "$root" getent passwd "$user" | cut -d: -f6)"
    for name in PIP_INDEX_URL PIP_CERT SSL_CERT_FILE http_proxy https_proxy no_proxy \
        HTTP_PROXY HTTPS_PROXY NO_PROXY; do
        [ -z "${!name:-}" ] || passed+=("$name=${!name}")
    done
    chroot --userspec="$user" "$root" /usr/bin/env -i --chdir="$clone" \
        HOME="$home" USER="$user" LANG=C.UTF-8 AI_PRISM_PORT="$port" \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${passed[@]}" "$@"
}

start() {
    # Job control gives the service a process group of its own, as a terminal does.
    set -m
    as newcomer make run >"$folder/run.log" 2>&1 &
    service=$!
    set +m
    await_ready "$service"
}

# What Ctrl-C does: an interrupt to every process of the group.
stop() {
    kill -INT -- "-$service"
    wait "$service" || true
    expect_no_process
    echo "Ctrl-C left no process"
}

expect_no_process() {
    local process left=""
    for process in /proc/[0-9]*; do
        [ "$(readlink "$process/root")" != "$root" ] || left+=" $(tr '\0' ' ' <"$process/cmdline");"
    done
    [ -z "$left" ] || fail "still running:$left"
}

fail() {
    echo "FAILED: $1" >&2
    tail -n 40 "$folder/run.log" >&2 || true
    exit 1
}

main

#!/bin/bash
# Prove that the image builds and its entry points run, without a container engine and without an
# image registry: buildah on a base made from Debian's packages. Needs root, buildah, debootstrap,
# curl, unshare and a network.
#
#   scripts/prove-image.sh [FOLDER]      keeps the base in FOLDER for the next time
#
# SUITE (bookworm) and MIRROR say which Debian; AI_PRISM_DATABASE_URL which database instead of
# SQLite. All of it runs in a process namespace of its own, so nothing is left when the script ends.
set -euo pipefail

if [ "${1:-}" != --inside ]; then
    folder="${1:-$(mktemp -d)}"
    [ -n "${1:-}" ] || trap 'rm -rf "$folder"' EXIT
    unshare --mount-proc --pid --fork --kill-child "$0" --inside "$folder"
    exit
fi

cd "$(dirname "$0")/.."
. scripts/proof.sh
suite="${SUITE:-bookworm}"
folder="$2"
jar="$folder/cookies"
port="$(free_port)"
base="http://127.0.0.1:$port"
base_image=localhost/ai-prism-base:proof
image=localhost/ai-prism:proof
# A storage of its own: other images on this machine are not touched, and all of it can be removed.
settings=()
buildah=(buildah --root "$folder/storage" --runroot "$folder/run" --storage-driver vfs)

main() {
    mkdir -p "$folder"
    "${buildah[@]}" inspect --type image "$base_image" >/dev/null 2>&1 || make_base
    build
    trap '"${buildah[@]}" rm "$container" >/dev/null' EXIT
    container="$("${buildah[@]}" from "$image")"
    prove_entry_points
    prove_service
    echo "== proved: the image builds, and its web server and worker review a document"
}

make_base() {
    echo "== making a base image from Debian $suite"
    debootstrap --variant=minbase --include=python3,ca-certificates "$suite" "$folder/base" \
        "${MIRROR:-http://deb.debian.org/debian}" >"$folder/debootstrap.log"
    if [ -n "${SSL_CERT_FILE:-}" ]; then
        install -m 644 "$SSL_CERT_FILE" "$folder/base/etc/ssl/certs/ca-certificates.crt"
    fi
    local empty
    empty="$("${buildah[@]}" from scratch)"
    "${buildah[@]}" add --quiet "$empty" "$folder/base" / >/dev/null
    "${buildah[@]}" config --env SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt "$empty"
    "${buildah[@]}" commit --quiet --rm "$empty" "$base_image" >/dev/null
    rm -rf "$folder/base"
}

build() {
    echo "== building the image"
    time "${buildah[@]}" bud --quiet --isolation chroot --format docker --tag "$image" \
        --build-arg BASE="$base_image" . >/dev/null
}

prove_entry_points() {
    echo "== entry points, as the image's own user"
    [ "$(inside id -u)" -ne 0 ] || fail "the image runs as root"
    inside ai-prism --version
    inside ai-prism review /app/src/ai_prism/examples/design-document.md | head -n 3
}

prove_service() {
    local redis_port processes=() part words
    redis_port="$(free_port)"
    echo "== web server and worker, with Redis"
    rm -rf "$folder/data" "$jar"
    install -d -o "$(inside id -u)" -m 700 "$folder/data"
    settings=(
        --volume "$folder/data:/data"
        --env AI_PRISM_HOST=127.0.0.1 --env AI_PRISM_PORT="$port"
        --env AI_PRISM_REDIS_URL="redis://127.0.0.1:$redis_port/0"
        --env AI_PRISM_DATABASE_URL="${AI_PRISM_DATABASE_URL:-}"
    )
    inside redis-server --bind 127.0.0.1 --port "$redis_port" --save "" >"$folder/redis.log" 2>&1 &
    processes+=($!)
    inside ai-prism migrate
    for part in web worker ocr; do
        mapfile -t words < <(of_compose "$part" command)
        inside ai-prism "${words[@]}" >"$folder/$part.log" 2>&1 &
        processes+=($!)
    done
    await_ready "${processes[@]}"
    await_success "$(upload src/ai_prism/examples/design-document.md)"
    health_checks
    inside ai-prism doctor
    kill "${processes[@]}"
    wait "${processes[@]}" || true
}

inside() {
    "${buildah[@]}" run --isolation chroot "${settings[@]}" "$container" "$@"
}

# What an engine would run every minute: the image's own check and that of the worker.
health_checks() {
    local words
    mapfile -t words < <("${buildah[@]}" inspect --type image "$image" | inside python -c '
import json, sys
print(*json.load(sys.stdin)["Docker"]["config"]["Healthcheck"]["Test"][1:], sep="\n")')
    inside "${words[@]}"
    mapfile -t words < <(of_compose worker healthcheck test)
    inside sh -c "${words[1]/\$\$/\$}"
}

# of_compose SERVICE KEY...: print the words that docker-compose.yml has there, one a line.
of_compose() {
    inside python -c '
import functools, sys, yaml
words = functools.reduce(lambda found, key: found[key], sys.argv[1:], yaml.safe_load(sys.stdin)["services"])
print(*words, sep="\n")' "$@" <docker-compose.yml
}

fail() {
    echo "FAILED: $1" >&2
    tail -n 20 "$folder"/{redis,web,worker,ocr}.log >&2 || true
    exit 1
}

main

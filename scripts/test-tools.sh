#!/bin/sh
# Install what the tests need and a new machine lacks: a browser, PostgreSQL, LibreOffice,
# Tesseract, groff, curl.
set -eu
cd "$(dirname "$0")/.."

has() {
    command -v "$1" >/dev/null 2>&1
}

missing=""
has curl || missing="$missing curl"
has chromium || missing="$missing chromium fonts-liberation"
# Playwright's own Node.js is linked against it.
[ -n "$(find /usr/lib /usr/lib64 -maxdepth 2 -name libatomic.so.1 2>/dev/null)" ] ||
    missing="$missing libatomic1"
has postgres || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$missing postgresql"
has soffice || has libreoffice ||
    missing="$missing libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui"
[ -n "$(find /usr/share/fonts -name DejaVuSans.ttf 2>/dev/null)" ] ||
    missing="$missing fonts-dejavu-core"
has tesseract ||
    missing="$missing tesseract-ocr tesseract-ocr-eng tesseract-ocr-deu"
has gropdf || missing="$missing groff"
has redis-server || [ -x .venv/bin/redis-server ] || missing="$missing redis-server"
# A Redis that speaks TLS, which the embedded one does not: this package has the program and, unlike
# redis-server, starts nothing. What it needs to make certificates comes along.
has redis-check-rdb || missing="$missing redis-tools"
has openssl || missing="$missing openssl"
[ -n "$missing" ] || exit 0

if ! has apt-get || [ "$(id -u)" -ne 0 ]; then
    echo "Not installed, and only root on Debian can do it here:$missing"
    echo "The tests that need them are skipped; where CI is set they fail."
    exit 0
fi

install() {
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" \
        </dev/null >/dev/null
}

echo "Installing for the tests:$missing ..."
apt-get update -qq
case "$missing" in
*postgresql*)
    # The tests start servers of their own: Debian need not start one for the whole machine.
    install postgresql-common
    sed -i 's/^#\?create_main_cluster .*/create_main_cluster = false/' \
        /etc/postgresql-common/createcluster.conf
    ;;
esac
# shellcheck disable=SC2086 # a list of packages
install $missing

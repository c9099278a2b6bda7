#!/bin/sh
# Unpacks Debian's nginx into target/nginx for the browser tests behind nginx, unless nginx is installed. It installs nothing and starts no service.
# Without nginx these tests are skipped, so this script never fails.
cd "$(dirname "$0")/.." || exit 1
PATH="$PATH:/usr/sbin:/usr/local/sbin"
for program in "${NGINX_PATH:-}" nginx target/nginx/usr/sbin/nginx; do
    [ -n "$program" ] && command -v "$program" >/dev/null 2>&1 && exit 0
done
if ! command -v apt-get >/dev/null 2>&1; then
    echo "Without nginx the tests behind it are skipped: install it, or set NGINX_PATH to it."
    exit 0
fi
echo "Unpacking nginx ..."
mkdir -p target/nginx && cd target/nginx || exit 0
sudo=""
[ "$(id -u)" -eq 0 ] || sudo="sudo -n"
# Some releases have the program in another package than the one with its name.
for package in nginx nginx-core; do
    { apt-get download "$package" || { $sudo apt-get update && apt-get download "$package"; }; } >/dev/null 2>&1
    for archive in "$package"_*.deb; do [ -e "$archive" ] && dpkg-deb -x "$archive" .; done
    [ -x usr/sbin/nginx ] && exit 0
done
echo "nginx could not be unpacked, so the tests behind it are skipped: install it, or set NGINX_PATH to it."

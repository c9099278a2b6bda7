#!/bin/sh
# Installs Debian's Chromium for the browser tests, unless a Chromium is installed.
for program in "${CHROMIUM_PATH:-}" chromium chromium-browser google-chrome; do
    [ -n "$program" ] && command -v "$program" >/dev/null 2>&1 && exit 0
done
if ! command -v apt-get >/dev/null 2>&1; then
    echo "The browser tests need Chromium: install it, or set CHROMIUM_PATH to it." >&2
    exit 1
fi
echo "Installing Chromium ..."
sudo=""
[ "$(id -u)" -eq 0 ] || sudo="sudo"
if ! { $sudo apt-get update -qq && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } >/dev/null; then
    echo "Chromium could not be installed: run 'apt-get install chromium' as root, or set CHROMIUM_PATH." >&2
    exit 1
fi

#!/bin/sh
# Moddable's desktop simulator with the firmware in it, taking the same arguments as
# yieldcam-sim: they go through the environment, one a line (desktop.c).
root=$(cd "$(dirname "$0")/../../.." && pwd)
YIELDCAM_SIM=$(printf '%s\n' "$@")
export YIELDCAM_SIM
# mcconfig names what it builds after the manifest's folder: YIELDCAM_APP, relative to the project's.
name=$(basename "$(cd "$root/${YIELDCAM_APP:-.}" && pwd)")
exec "$MODDABLE/build/bin/lin/release/mcsim" "$root/build/moddable/bin/lin/mc/release/$name/mc.so"

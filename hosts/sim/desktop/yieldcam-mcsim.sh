#!/bin/sh
# Runs the firmware in Moddable's desktop simulator. Takes the same arguments as
# yieldcam-sim, and passes them through the environment, one per line (desktop.c).
root=$(cd "$(dirname "$0")/../../.." && pwd)
YIELDCAM_SIM=$(printf '%s\n' "$@")
export YIELDCAM_SIM
# mcconfig names its output after the manifest's folder: YIELDCAM_APP, relative to the project's folder.
name=$(basename "$(cd "$root/${YIELDCAM_APP:-.}" && pwd)")
exec "$MODDABLE/build/bin/lin/release/mcsim" "$root/build/moddable/bin/lin/mc/release/$name/mc.so"

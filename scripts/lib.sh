# shellcheck shell=bash
# What the scripts share; each sources it first. It moves to the checkout's root.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
cache=$root/.cache
mkdir -p "$cache"

# The newest release is pinned in one place, pyproject.toml.
: "${HA_VERSION:=$(sed -n 's/^demo = \["homeassistant==\(.*\)"\]$/\1/p' pyproject.toml)}"
export HA_VERSION
# shellcheck disable=SC2034  # used by those who source this
demo_venv=$cache/demo-$HA_VERSION
# shellcheck disable=SC2034
portals_venv=$cache/portals-venv
export PYTHONPATH=$root

say() { printf '%s\n' "$*" >&2; }

die() {
  printf '\n%s\n' "${0##*/}: $1" >&2
  shift
  [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
  exit 1
}

# step WHAT ADVICE COMMAND...: run quietly; a failure shows the command's last words.
step() {
  local what=$1 advice=$2 log
  shift 2
  log=$(mktemp "$cache/step.XXXXXX")
  say "· $what"
  if "$@" >"$log" 2>&1 </dev/null; then
    rm -f "$log"
    return
  fi
  tail -n 25 "$log" >&2
  rm -f "$log"
  die "could not: $what" "tried: $*" "$advice"
}

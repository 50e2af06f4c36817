/**
 * Boots a slot the way a board would: by the very boot scripts that docs/integrating hands out, run by a
 * shell in which U-Boot's and GRUB's commands are functions over the environment that the agent writes.
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const script = (name: string) =>
  fileURLToPath(new URL(`../../docs/integrating/boot/${name}`, import.meta.url))

/** Variables in a file of `name=value` lines, as the agent's bootloader kind `file` keeps them. */
const U_BOOT = `
environment=$1
while IFS='=' read -r name value; do export "$name=$value"; done < "$environment"
setenv() { name=$1; shift; export "$name=$*"; }
setexpr() { export "$1=$(printf %x $(( 0x$2 $3 0x$4 )))"; }
saveenv() {
  for name in BOOT_ORDER BOOT_A_LEFT BOOT_B_LEFT fleetward_trial; do
    eval "value=\\\${$name-}"
    [ -z "$value" ] || printf '%s=%s\\n' "$name" "$value"
  done > "$environment"
}
reset() { . "$script"; }
run() { printf '%s\\n' "$bootargs"; exit; }
bootargs=quiet script=$2
. "$script"
`

/** Debian's own grub-editenv reads and writes the block. */
const GRUB = `
environment=$1
set() { eval "\${1%%=*}=\\"\${1#*=}\\""; }
load_env() {
  while IFS='=' read -r name value; do eval "$name=\\$value"; done < <(grub-editenv "$environment" list)
}
save_env() { for name; do grub-editenv "$environment" set "$name=\${!name}"; done; }
linux() { shift; printf '%s\\n' "$*"; }
boot() { exit; }
. "$2"
`

/** Returns what the kernel is told. */
export function bootByScript(kind: 'u-boot' | 'grub', environment: string): string {
  const words =
    kind === 'u-boot'
      ? ['-c', U_BOOT, 'boot', environment, script('u-boot.cmd')]
      : ['-c', GRUB, 'boot', environment, script('grub.cfg')]
  return execFileSync('bash', ['--norc', ...words], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim()
}

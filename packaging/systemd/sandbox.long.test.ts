/**
 * The agent lives in the sandbox of its units. No service manager runs where tests do, so the kernel is
 * asked for the same by other tools: system calls that the filter does not name fail with EPERM (strace),
 * capabilities are dropped (setpriv), everything but the units' folders is read-only (mount).
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { FACTORY_VERSION, Fleet } from '../../test/end-to-end/support/fleet.ts'
import { splitDevice } from '../../test/end-to-end/support/split-device.ts'
import { bundleAgent } from '../bundle-agent.ts'
import { callGroups, UnitFile } from './unit-file.ts'

/** Users that every Debian has. */
const NETWORK = { uid: 1, gid: 1 }
const PRODUCT = { name: 'games', uid: 5 }
const missing = ['strace', 'setpriv', 'unshare', 'systemd-analyze'].find(
  (tool) => !existsSync(join('/usr/bin', tool)),
)
const skip =
  process.getuid?.() !== 0
    ? 'only root can make a sandbox'
    : missing !== undefined && `${missing} is not installed`

let folder: string
let program: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-sandbox-'))
  if (skip === false) program = await sandboxedProgram()
})
after(() => rm(folder, { recursive: true, force: true }))

test('CRA P-084: an update and a reset need nothing that the units forbid', {
  skip,
}, async () => {
  const fleet = await Fleet.inside()
  try {
    const plan = { cohort: 'homes', program, network: NETWORK, product: PRODUCT }
    const device = await splitDevice(fleet, 'G1-0001', plan)
    device.startInstaller()
    await device.untilEvent({ event: 'installer-ready' })
    device.start()
    await fleet.untilSeen(device, { online: true, state: 'idle', version: FACTORY_VERSION })
    await fleet.publish({ version: '1.4.3', securityCounter: 2 })
    await fleet.rollOut('1.4.3', 'homes')
    await fleet.untilSeen(device, { state: 'idle', version: '1.4.3', securityCounter: 2 })
    const since = device.events.length
    await device.cli('factory-reset', '--confirm', device.id)
    await device.untilEvent({ event: 'reset-done' }, since)
    await device.untilEvent({ event: 'booted', version: '1.4.3' }, since)
  } finally {
    await fleet.end()
  }
})

test('the sandbox of this test holds', { skip }, async () => {
  const inside = (command: string, script: string) =>
    execFileSync(program, [command, '--settings', join(folder, 'settings.json'), script], {
      env: { ...process.env, INSTEAD_OF_THE_AGENT: script },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  await Promise.all(WRITABLE_ANY.map((name) => mkdir(join(folder, name), { recursive: true })))
  for (const command of ['run', 'installer']) {
    assert.equal(inside(command, 'echo here').trim(), 'here')
    assert.throws(() => inside(command, `: > ${join(folder, 'elsewhere')}`), /Read-only/, command)
    assert.throws(() => inside(command, 'mount -t tmpfs none /mnt'), command)
  }
  inside('installer', `chown 5 ${join(folder, 'installer')}`)
  assert.throws(() => inside('run', `chown 5 ${join(folder, 'data')}`), /not permitted/)
})

/** Below the folder of the settings file, what stands for the folders of the units. */
const WRITABLE = { run: ['data', 'owner'], installer: ['installer', 'run', 'owner'] } as const
const WRITABLE_ANY = [...new Set([...WRITABLE.run, ...WRITABLE.installer])]

async function sandboxedProgram(): Promise<string> {
  await chmod(folder, 0o755)
  const { script } = await bundleAgent(join(folder, 'lib'))
  await copyFile(process.execPath, join(folder, 'node'))
  const groups = callGroups(
    execFileSync('systemd-analyze', ['syscall-filter', '--no-pager'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  )
  const enter = (command: keyof typeof WRITABLE, user: string): string => {
    const unit = UnitFile.shipped(
      command === 'run' ? 'fleetward-agent.service' : 'fleetward-installer.service',
    )
    const calls = [...unit.allowedCalls(groups)].map((name) => `?${name}`).join(',')
    const kept = unit
      .one('CapabilityBoundingSet')
      .split(' ')
      .filter((name) => name !== '')
    const capabilities = ['-all', ...kept.map((name) => name.replace('CAP_', '+').toLowerCase())]
    assert.equal(unit.one('ProtectSystem'), 'strict')
    assert.equal(unit.one('NoNewPrivileges'), 'yes')
    return `
for name in ${WRITABLE[command].join(' ')}; do mount --bind "$base/$name" "$base/$name"; done
mount -o remount,bind,ro /
if mountpoint -q /tmp; then mount -o remount,bind,ro /tmp; fi
exec setpriv ${user} --bounding-set=${capabilities.join(',')} --inh-caps=-all --no-new-privs \\
  strace -D -f -qq --seccomp-bpf -o /dev/null -e trace='!${calls}' -e inject='!${calls}:error=EPERM' \\
  "$@"`
  }
  const inner = `set -e
base=$(dirname "$3")
if [ -n "$INSTEAD_OF_THE_AGENT" ]; then
  command=$1; set -- /bin/sh -c "$INSTEAD_OF_THE_AGENT"
else
  command=$1; set -- "${join(folder, 'node')}" "${script}" "$@"
fi
case $command in
run)${enter('run', `--reuid ${NETWORK.uid} --regid ${NETWORK.gid} --clear-groups`)} ;;
installer)${enter('installer', `--regid ${NETWORK.gid} --clear-groups`)} ;;
*) exec "$@" ;;
esac
`
  const path = join(folder, 'fleetward-agent')
  await writeFile(join(folder, 'sandbox.sh'), inner)
  await writeFile(
    path,
    `#!/bin/sh\nexec unshare --mount --propagation private /bin/sh "${join(folder, 'sandbox.sh')}" "$@"\n`,
  )
  await chmod(path, 0o755)
  return path
}

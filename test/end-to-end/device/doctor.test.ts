/** `fleetward-agent doctor` on a real device: nothing wrong at first, then one thing after the other (CRA P-031, P-093). */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Level, Site } from '../../../packages/agent/src/doctor/check.ts'
import { CHECKS, examine } from '../../../packages/agent/src/doctor/examine.ts'
import { onlineChecks } from '../../../packages/agent/src/doctor/online-checks.ts'
import { runningChecks } from '../../../packages/agent/src/doctor/running-checks.ts'
import { settingsValid } from '../../../packages/agent/src/doctor/settings-check.ts'
import { agentAnswers } from '../../../packages/agent/src/doctor/told-by-agent.ts'
import { loadSettings } from '../../../packages/agent/src/settings.ts'
import { Fleet } from '../support/fleet.ts'

const YEAR_MS = 365 * 86_400_000
const fleet = await Fleet.inside()
after(() => fleet.end())
const device = await fleet.device('G1-0001', {
  cohort: 'homes',
  settings: { page: { port: 48_480 } },
})
device.start()
await fleet.untilSeen(device, { online: true, state: 'idle' })
// A manifest, so that it has verified a time; for nobody.
await fleet.publish({ version: '1.4.3', securityCounter: 2 })
await fleet.rollOut('1.4.3', 'homes', { share: 0.0001 })
await device.untilEvent({ event: 'verified', what: 'manifest', offers: 1 })
const settings = await loadSettings(device.settingsFile)
const kernel = join(device.folder, 'proc')
await mkdir(join(kernel, 'sys/kernel'), { recursive: true })
const setKernel = (name: string, value: string) =>
  writeFile(join(kernel, 'sys/kernel', name), `${value}\n`)
await setKernel('randomize_va_space', '2')
await setKernel('dmesg_restrict', '1')
await mkdir(join(kernel, 'sys/kernel/yama'))
await setKernel('yama/ptrace_scope', '1')
const setSwap = (place: string) =>
  writeFile(join(kernel, 'swaps'), `Filename Type\n${place} partition\n`)
await setSwap('/dev/zram0')
/** What timedatectl(1) would say. */
const timeTool = join(device.folder, 'time-tool')
const setTimeTool = (says: string) =>
  writeFile(timeTool, `#!/bin/sh\necho ${says}\n`, { mode: 0o755 })
await setTimeTool('yes')

const site: Site = {
  ...{ settings: { ...settings, production: true }, pid: device.agent.pid },
  ...{ procFolder: '/proc', nowMs: Date.now(), nodeVersion: 'v26.12.1' },
  timeTool,
}

async function levelOf(id: string, changed: Partial<Site> = {}): Promise<Level | undefined> {
  const examined = await examine(
    { ...site, ...changed },
    CHECKS.filter((check) => check.id === id),
  )
  return examined[0]?.level
}

/** What spoils it, and how to make it good again. */
interface Spoilt {
  readonly level: Level
  readonly changed?: Partial<Site>
  spoil?(): Promise<void>
  mend?(): Promise<void>
}

const inDevice = (...names: string[]) => join(device.folder, ...names)
const mode = (path: string, bad: number, good: number) => ({
  spoil: () => chmod(path, bad),
  mend: () => chmod(path, good),
})
const away = (path: string) => ({
  spoil: () => rename(path, `${path}.away`),
  mend: () => rename(`${path}.away`, path),
})

/** As with two processes; the folders are there, nobody listens. */
const split = {
  ...settings,
  privileges: {
    ...{ socket: inDevice('open', 'installer.sock'), dataFolder: device.data },
    ...{ productUser: undefined, setClockCommand: [] },
  },
}
const STRANGER = 7
const asStranger = () => inProcess('status', 'Uid:\t9 9 9 9\nGid:\t9 9 9 9\nGroups:\t9\n')
async function inProcess(file: string, contents: string): Promise<void> {
  await mkdir(join(kernel, String(STRANGER)), { recursive: true })
  await writeFile(join(kernel, String(STRANGER), file), contents)
}

const SPOILT: Readonly<Record<string, Spoilt>> = {
  'settings-protected': { level: 'wrong', ...mode(device.settingsFile, 0o666, 0o644) },
  'factory-pack-protected': {
    level: 'wrong',
    ...mode(inDevice('pack', 'root.json'), 0o622, 0o600),
  },
  'factory-pack-readable': { level: 'wrong', ...away(inDevice('pack', 'factory.json')) },
  'data-folder-private': { level: 'wrong', ...mode(device.data, 0o755, 0o700) },
  'device-key-private': {
    level: 'wrong',
    ...mode(inDevice('data', 'identity', 'key.pem'), 0o640, 0o600),
  },
  'slots-protected': { level: 'wrong', ...mode(inDevice('data', 'slots', 'A'), 0o777, 0o700) },
  'folders-closed': { level: 'wrong', ...mode(inDevice('data', 'tuf'), 0o707, 0o700) },
  'slots-apart': {
    level: 'wrong',
    changed: { settings: split, pid: STRANGER, procFolder: kernel },
    spoil: async () => {
      await asStranger()
      await chmod(inDevice('data', 'slots'), 0o707)
    },
    mend: () => chmod(inDevice('data', 'slots'), 0o700),
  },
  'installer-socket-apart': {
    level: 'wrong',
    changed: { settings: split },
    spoil: async () => {
      await mkdir(inDevice('open'), { mode: 0o755 })
      await writeFile(inDevice('open', 'installer.sock'), '')
    },
  },
  'slot-bootable': { level: 'wrong', ...away(inDevice('data', 'slots', 'A', 'main.sh')) },
  'room-for-updates': {
    level: 'wrong',
    // A file system of this size has no room, whatever lies on it.
    changed: { settings: { ...settings, dataFolder: '/proc' } },
  },
  'identity-valid': { level: 'wrong', changed: { nowMs: Date.now() + 3 * YEAR_MS } },
  'server-authority-valid': { level: 'wrong', changed: { nowMs: Date.now() + 50 * YEAR_MS } },
  'node-patched': { level: 'wrong', changed: { nodeVersion: 'v26.10.0' } },
  'production-mode': { level: 'note', changed: { settings } },
  'agent-unprivileged': {
    level: 'wrong',
    changed: {
      // Process 1 belongs to root on every machine.
      pid: 1,
      settings: split,
    },
  },
  'no-core-dumps': {
    level: 'warning',
    changed: { procFolder: kernel, pid: STRANGER },
    spoil: () => inProcess('limits', 'Max core file size        unlimited  unlimited  bytes\n'),
  },
  'watched-by-systemd': {
    level: 'warning',
    changed: { procFolder: kernel, pid: STRANGER },
    spoil: () => inProcess('environ', 'NOTIFY_SOCKET=/run/systemd/notify\0'),
  },
  'listens-nowhere-else': {
    level: 'wrong',
    changed: {
      settings: {
        ...settings,
        page: {
          ...settings.page,
          port: 9,
          localNetwork: { ...settings.page.localNetwork, port: 9 },
        },
      },
    },
  },
  'addresses-random': {
    level: 'wrong',
    changed: { procFolder: kernel },
    spoil: () => setKernel('randomize_va_space', '0'),
    mend: () => setKernel('randomize_va_space', '2'),
  },
  'kernel-log-private': {
    level: 'warning',
    changed: { procFolder: kernel },
    spoil: () => setKernel('dmesg_restrict', '0'),
    mend: () => setKernel('dmesg_restrict', '1'),
  },
  'socket-private': {
    level: 'wrong',
    ...mode(inDevice('data', 'run', 'agent.sock'), 0o666, 0o660),
  },
  'factory-pack-own': {
    level: 'wrong',
    changed: { settings: { ...settings, product: 'another-product' } },
  },
  'agent-confined': {
    level: 'warning',
    changed: { procFolder: kernel, pid: STRANGER, settings: split },
    spoil: () => inProcess('status', 'CapEff:\t0000000000000400\nNoNewPrivs:\t1\nSeccomp:\t2\n'),
  },
  'stack-not-executable': {
    level: 'wrong',
    changed: { procFolder: kernel, pid: STRANGER },
    spoil: () => inProcess('maps', '7ffd0000-7ffe0000 rwxp 00000000 00:00 0    [stack]\n'),
  },
  'processes-apart': {
    level: 'note',
    changed: { procFolder: kernel },
    spoil: () => setKernel('yama/ptrace_scope', '0'),
    mend: () => setKernel('yama/ptrace_scope', '1'),
  },
  'swap-private': {
    level: 'note',
    changed: { procFolder: kernel },
    spoil: () => setSwap('/dev/mmcblk0p5'),
    mend: () => setSwap('/dev/zram0'),
  },
  'clock-synchronised': {
    level: 'warning',
    spoil: () => setTimeTool('no'),
    mend: () => setTimeTool('yes'),
  },
  'clock-plausible': { level: 'wrong', changed: { nowMs: 1000 } },
  'installer-tools': {
    level: 'wrong',
    changed: {
      settings: {
        ...settings,
        installer: {
          ...{ kind: 'update-module', modulesFolder: inDevice('no-modules') },
          ...{ timeLimitSeconds: 60, rebootCommand: ['/bin/true'] },
        },
      },
    },
  },
}

/** How the machine that runs this test starts processes, and as whom, is its own business. */
const OF_THE_MACHINE = [
  'no-core-dumps',
  'watched-by-systemd',
  'agent-unprivileged',
  'agent-confined',
  'stack-not-executable',
]

test('every check has a case that fails without it', () => {
  assert.deepEqual(Object.keys(SPOILT).toSorted(), CHECKS.map(({ id }) => id).toSorted())
})

for (const { id, what } of CHECKS) {
  test(`doctor sees when it is not so: ${what}`, async () => {
    const { level, changed = {}, spoil, mend } = SPOILT[id] as Spoilt
    const { procFolder = site.procFolder } = changed
    if (!OF_THE_MACHINE.includes(id)) {
      const { pid } = procFolder === kernel ? {} : site
      assert.equal(await levelOf(id, { procFolder, pid }), 'ok')
    }
    await spoil?.()
    assert.equal(await levelOf(id, changed), level)
    await mend?.()
  })
}

test('its command says what is wrong and what to do, and ends with 1', async () => {
  await chmod(device.data, 0o755)
  const refusal = (await device.refused('doctor')) as unknown as {
    wrong: number
    checks: { id: string; level: string; next?: string }[]
  }
  await chmod(device.data, 0o700)
  assert.equal(refusal.wrong, 1)
  const seen = refusal.checks.find(({ id }) => id === 'data-folder-private')
  assert.equal(seen?.level, 'wrong')
  assert.match(String(seen?.next), /chmod 0700/)
})

test('nothing is wrong with a device as the factory makes it, also while its agent does not run', async () => {
  const { wrong } = await device.cli<{ wrong: number }>('doctor')
  assert.equal(wrong, 0)
  await device.stop()
  const stopped = await device.cli<{ wrong: number; checks: { id: string; level: string }[] }>(
    'doctor',
  )
  device.start()
  assert.equal(stopped.wrong, 0)
  const seen = stopped.checks.find(({ id }) => id === 'listens-nowhere-else')
  assert.equal(seen?.level, 'note')
})

test('docs/doctor.md lists the checks as they are', () => {
  const page = readFileSync(new URL('../../../docs/doctor.md', import.meta.url), 'utf8')
  const all = [settingsValid, ...CHECKS, agentAnswers, ...runningChecks, ...onlineChecks]
  const rows = all.map(({ id, what, why }) => `| \`${id}\` | ${what} | ${why} |`)
  assert.deepEqual(
    page.split('\n').filter((line) => line.startsWith('| `')),
    rows,
  )
})

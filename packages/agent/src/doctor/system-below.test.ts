/** What the doctor says of a process and a kernel, written down as proc(5) has them (CRA P-093). */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { parseSettings } from '../settings.ts'
import type { Check, Level, Site } from './check.ts'
import { clockChecks } from './clock-checks.ts'
import { confinementChecks } from './confinement-checks.ts'
import { examine } from './examine.ts'
import { memoryChecks } from './memory-checks.ts'

const folder = await mkdtemp(join(tmpdir(), 'fleetward-doctor-'))
after(() => rm(folder, { recursive: true }))

const settings = parseSettings(
  Buffer.from(
    JSON.stringify({
      ...{ product: 'gateway', device: 'G1-0001', compatible: 'gateway,g1' },
      ...{ dataFolder: folder, factoryPack: folder },
    }),
  ),
  join(folder, 'settings.json'),
)
const split: Site['settings'] = {
  ...settings,
  privileges: {
    ...{ socket: '/run/i.sock', dataFolder: folder },
    ...{ productUser: undefined, setClockCommand: [] },
  },
}

/** The level of one check when the files in /proc are these. */
async function levelOf(
  checks: readonly Check[],
  id: string,
  files: Readonly<Record<string, string>>,
  changed: Partial<Site> = {},
): Promise<Level | undefined> {
  const procFolder = await mkdtemp(join(folder, 'proc-'))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(procFolder, name)), { recursive: true })
    await writeFile(join(procFolder, name), text)
  }
  const site = { settings, pid: 7, procFolder, nowMs: 0, nodeVersion: 'v26.12.1', ...changed }
  const only = checks.filter((check) => check.id === id)
  return (await examine(site, only))[0]?.level
}

const status = (capabilities: string, noNew: number, seccomp: number) => ({
  '7/status': `Name:\tnode\nCapEff:\t${capabilities}\nNoNewPrivs:\t${noNew}\nSeccomp:\t${seccomp}\n`,
})
const NONE = '0000000000000000'

test('an agent under the shipped unit is confined', async () => {
  const files = status(NONE, 1, 2)
  assert.equal(await levelOf(confinementChecks, 'agent-confined', files, { settings: split }), 'ok')
})

for (const [what, files] of [
  ['with one capability', status('0000000000000400', 1, 2)],
  ['that may gain privileges', status(NONE, 0, 2)],
  ['with every system call', status(NONE, 1, 0)],
] as const) {
  test(`a process with the network ${what} is not confined`, async () => {
    const level = (of: Site['settings']) =>
      levelOf(confinementChecks, 'agent-confined', files, { settings: of })
    assert.equal(await level(split), 'warning')
    assert.equal(await level(settings), 'note', 'one process does everything')
  })
}

test('a stack that may hold code is wrong', async () => {
  const maps = (rights: string) => ({
    '7/maps': `00400000-00500000 r-xp 00000000 08:01 7 /usr/bin/node\n7ffd0000-7ffe0000 ${rights} 00000000 00:00 0    [stack]\n`,
  })
  assert.equal(await levelOf(confinementChecks, 'stack-not-executable', maps('rw-p')), 'ok')
  assert.equal(await levelOf(confinementChecks, 'stack-not-executable', maps('rwxp')), 'wrong')
})

test('this very process has a stack that holds no code', async () => {
  const real = { pid: process.pid, procFolder: '/proc' }
  assert.equal(await levelOf(confinementChecks, 'stack-not-executable', {}, real), 'ok')
})

test('a kernel that lets a user’s processes read each other is told', async () => {
  const yama = (value: string) => ({ 'sys/kernel/yama/ptrace_scope': `${value}\n` })
  assert.equal(await levelOf(memoryChecks, 'processes-apart', yama('1')), 'ok')
  assert.equal(await levelOf(memoryChecks, 'processes-apart', yama('0')), 'note')
  assert.equal(await levelOf(memoryChecks, 'processes-apart', {}), 'note')
})

test('swap on a disk in the clear is told, compressed memory is not', async () => {
  const swaps = (place: string) => ({
    swaps: `Filename\tType\tSize\n${place}  partition  1024  0  -2\n`,
  })
  assert.equal(await levelOf(memoryChecks, 'swap-private', swaps('/dev/zram0')), 'ok')
  assert.equal(await levelOf(memoryChecks, 'swap-private', swaps('/dev/mmcblk0p5')), 'note')
  assert.equal(await levelOf(memoryChecks, 'swap-private', swaps('/dev/zram0/../sda1')), 'note')
  assert.equal(await levelOf(memoryChecks, 'swap-private', { swaps: 'Filename\tType\n' }), 'ok')
})

test('a clock that nothing keeps right is told', async () => {
  const tool = async (name: string, said: string) => {
    const timeTool = join(folder, name)
    await writeFile(timeTool, `#!/bin/sh\necho ${said}\n`, { mode: 0o755 })
    return levelOf(clockChecks, 'clock-synchronised', {}, { timeTool })
  }
  assert.equal(await tool('synchronised', 'yes'), 'ok')
  assert.equal(await tool('drifting', 'no'), 'warning')
  assert.equal(
    await levelOf(clockChecks, 'clock-synchronised', {}, { timeTool: join(folder, 'none') }),
    'note',
  )
})

/** CRA P-047: a fresh device, setting by setting, as its owner and its network see it. */
import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { Fleet, type FleetDevice } from '../support/fleet.ts'

const fleet = await Fleet.inside()
after(() => fleet.end())
const sticks = join(fleet.folder, 'sticks')
const device = await fleet.device('G1-0001', {
  cohort: 'homes',
  settings: { page: { port: 0 }, bundleFolder: sticks },
})
await mkdir(sticks)
const lookedAtMs = async () => (await stat(sticks)).atimeMs
const madeMs = await lookedAtMs()
// Newer than the last look, so that the next one is noted however seldom the file system notes them.
await writeFile(join(sticks, 'old.fwbundle'), 'signed once')
device.start()
await fleet.untilSeen(device, { online: true, state: 'idle' })

interface Shown {
  readonly owner: Readonly<Record<string, unknown>> & { readonly page: { localNetwork: boolean } }
}

const asked = device.cli<Shown>('status')
const owner = async () => (await asked).owner

/** Addresses, as the kernel lists them, on which the agent's process takes connections. */
async function listening({ agent }: FleetDevice): Promise<string[]> {
  const process = join('/proc', String(agent.pid))
  const descriptors = await readdir(join(process, 'fd'))
  const links = await Promise.all(
    descriptors.map((name) => readlink(join(process, 'fd', name)).catch(() => '')),
  )
  const inodes = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []))
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(join(process, 'net', name), 'utf8')),
  )
  return tables
    .flatMap((table) => table.split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode = '']) => state === '0A' && inodes.has(inode))
    .map(([, local = '']) => local.split(':')[0] ?? '')
}

const LOOPBACK = ['0100007F', '00000000000000000000000001000000']

/** What the table of docs/secure-defaults.md comes to. */
const BEHAVIOUR: readonly (readonly [setting: string, test: () => Promise<void>])[] = [
  ['updates.security', async () => assert.equal((await owner()).security, 'automatic')],
  ['updates.functionality', async () => assert.equal((await owner()).functionality, 'ask')],
  ['notify', async () => assert.equal((await owner()).notify, true)],
  ['window', async () => assert.equal((await owner()).window ?? 'none', 'none')],
  ['approvalAsLastStep', async () => assert.equal((await owner()).approvalAsLastStep, false)],
  ['page.enabled', async () => assert.ok((await listening(device)).length > 0)],
  [
    'page.localNetwork',
    async () => {
      assert.equal((await owner()).page.localNetwork, false)
      assert.deepEqual(
        (await listening(device)).filter((at) => !LOOPBACK.includes(at)),
        [],
      )
    },
  ],
  [
    'remoteManagement',
    async () => {
      assert.equal((await owner()).remoteManagement, false)
      await fleet.call('POST', '/devices/G1-0001/commands', { command: 'erase' })
      await fleet.untilReported(device, { code: 'NOT_ALLOWED' })
    },
  ],
  [
    'log.classesOff',
    async () => {
      assert.deepEqual((await owner()).logClassesOff, [])
      const { entries } = await device.cli<{ entries: { class: string }[] }>('log')
      assert.ok(entries.some((entry) => entry.class === 'update'))
    },
  ],
  [
    'telemetry',
    async () => {
      assert.equal((await device.cli<{ level: string }>('telemetry')).level, 'minimal')
      const reports = await fleet.reports(device)
      const claims = reports.map(({ token }) => Buffer.from(token.split('.')[1] ?? '', 'base64url'))
      assert.ok(claims.some((bytes) => bytes.includes('"inventory"')))
      for (const part of ['"os"', '"timeZone"']) {
        assert.ok(claims.every((bytes) => !bytes.includes(part)))
      }
    },
  ],
]

/** Seen elsewhere: nothing of a fresh device shows them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'log.retentionDays': 'packages/agent/src/activity/device-activity.test.ts',
  usbBundles: 'below: nobody looks into the folder of the sticks',
  resetRenewsIdentity: 'packages/agent/src/reset/reset-effects.test.ts',
}

describe('a fresh device that nobody set up', () => {
  for (const [setting, behaves] of BEHAVIOUR) {
    test(`is secure in ${setting}`, behaves)
  }

  test('takes no bundle from a stick by itself, nor looks for one', async (t) => {
    assert.equal(await lookedAtMs(), madeMs)
    await readdir(sticks)
    if ((await lookedAtMs()) === madeMs) t.skip('this file system notes no look')
  })

  test('is looked at in every setting of the table', async () => {
    const page = await readFile(
      new URL('../../../docs/secure-defaults.md', import.meta.url),
      'utf8',
    )
    const listed = [...page.matchAll(/^\| `([\w.]+)` \| `/gm)].map(([, name]) => name)
    const seen = [...BEHAVIOUR.map(([setting]) => setting), ...Object.keys(ELSEWHERE)]
    assert.deepEqual(listed.toSorted(), seen.toSorted())
  })
})

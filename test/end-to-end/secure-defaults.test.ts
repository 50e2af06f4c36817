/** CRA P-047: a fresh device, setting by setting, as its owner and its network see it. */
import assert from 'node:assert/strict'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { Fleet, type FleetDevice } from './fleet.ts'

const fleet = await Fleet.inside()
after(() => fleet.end())
const device = await fleet.device('G1-0001', { cohort: 'homes', settings: { page: { port: 0 } } })
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
      assert.ok(claims.every((bytes) => !bytes.includes('"os"')))
    },
  ],
]

/** Seen elsewhere: nothing of a fresh device shows them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'log.retentionDays': 'packages/agent/src/activity/file-activity-log.test.ts',
  usbBundles: 'there is no code that would take one by itself',
  resetRenewsIdentity: 'test/end-to-end/reset.test.ts: the key is the same after a reset',
}

describe('a fresh device that nobody set up', () => {
  for (const [setting, behaves] of BEHAVIOUR) {
    test(`is secure in ${setting}`, behaves)
  }

  test('is looked at in every setting of the table', async () => {
    const page = await readFile(new URL('../../docs/secure-defaults.md', import.meta.url), 'utf8')
    const listed = [...page.matchAll(/^\| `([\w.]+)` \| `/gm)].map(([, name]) => name)
    const seen = [...BEHAVIOUR.map(([setting]) => setting), ...Object.keys(ELSEWHERE)]
    assert.deepEqual(listed.toSorted(), seen.toSorted())
  })
})

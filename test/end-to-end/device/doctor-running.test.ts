/** `fleetward-agent doctor` beside a running agent: what that says of itself, its server, settings with mistakes (CRA P-031). */
import assert from 'node:assert/strict'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { AgentClient } from '../../../packages/agent/src/local-api/client.ts'
import { Fleet, type FleetDevice } from '../support/fleet.ts'
import { until } from '../support/until.ts'

interface Told {
  readonly wrong: number
  readonly warnings: number
  readonly checks: readonly { id: string; level: string; seen: string; next?: string }[]
}

const fleet = await Fleet.inside()
after(() => fleet.end())

const checking = { integrityCheckSeconds: 1, integrityBytesPerSecond: 50_000_000 }

async function started(id: string, settings: object = checking): Promise<FleetDevice> {
  const device = await fleet.device(id, { cohort: 'homes', settings })
  device.start()
  await fleet.untilSeen(device, { online: true, state: 'idle' })
  return device
}

const routeOf = async ({ data }: FleetDevice) =>
  (await new AgentClient(join(data, 'run/agent.sock')).json('/1/doctor')) as unknown as Told

const levelIn = ({ checks }: Told, wanted: string) => checks.find(({ id }) => id === wanted)?.level

/** Whatever else this machine lacks. */
const doctorOf = async (device: FleetDevice, ...words: string[]): Promise<Told> =>
  (await device
    .cli<Told>('doctor', ...words)
    .catch(() => device.refused('doctor', ...words))) as unknown as Told

test('a running agent that is well says so, over its socket and through the command', async () => {
  const device = await started('G1-0001')
  const route = await until(
    async () => {
      const told = await routeOf(device)
      return levelIn(told, 'files-unaltered') === 'ok' && told
    },
    () => device.account(),
  )
  assert.deepEqual(
    route.checks.map(({ id, level }) => `${id} ${level}`),
    [
      'files-unaltered ok',
      'server-in-contact ok',
      'remote-management-off ok',
      'page-on-this-machine ok',
    ],
  )
  assert.equal(route.wrong, 0)
  const told = await doctorOf(device)
  assert.equal(levelIn(told, 'agent-answers'), 'ok')
  for (const { id } of route.checks) assert.equal(levelIn(told, id), 'ok', id)
})

test('what the owner has opened is told', async () => {
  const device = await started('G1-0002')
  await device.cli('settings', 'remoteManagement=true')
  const told = await routeOf(device)
  assert.equal(levelIn(told, 'remote-management-off'), 'note')
  assert.equal(levelIn(told, 'page-on-this-machine'), 'ok')
})

test('a file that somebody changed is wrong, with its name, and the command ends with 1', async () => {
  const device = await started('G1-0003')
  await until(
    async () => levelIn(await routeOf(device), 'files-unaltered') === 'ok',
    () => device.account(),
  )
  await appendFile(join(device.data, 'slots/A/main.sh'), '\n# and more\n')
  const seen = await until(
    async () =>
      (await routeOf(device)).checks.find(
        ({ id, level }) => id === 'files-unaltered' && level === 'wrong',
      ),
    () => device.account(),
  )
  assert.ok(seen.seen.includes('main.sh'), seen.seen)
  const told = (await device.refused('doctor')) as unknown as Told
  assert.equal(levelIn(told, 'files-unaltered'), 'wrong')
})

test('without a running agent it says what it could not ask', async () => {
  const device = await started('G1-0004')
  await device.stop()
  const told = await doctorOf(device)
  assert.equal(levelIn(told, 'agent-answers'), 'note')
  assert.equal(levelIn(told, 'files-unaltered'), undefined)
})

test('of settings with mistakes it tells all at once, and ends with 1', async () => {
  const device = await fleet.device('G1-0005', { cohort: 'homes' })
  const settings = JSON.parse(await readFile(device.settingsFile, 'utf8')) as object
  await writeFile(device.settingsFile, JSON.stringify({ ...settings, trialBoots: 0, pages: {} }))
  const told = (await device.refused('doctor')) as unknown as Told
  assert.equal(told.wrong, 1)
  const [only, ...others] = told.checks
  assert.deepEqual(others, [])
  assert.equal(only?.id, 'settings-valid')
  assert.match(only?.seen ?? '', /trialBoots.*pages|pages.*trialBoots/)
})

test('the server is only asked for with --online, and told when it is away', async () => {
  const device = await started('G1-0006')
  assert.equal(levelIn(await doctorOf(device), 'server-reachable'), undefined)
  assert.equal(levelIn(await doctorOf(device, '--online'), 'server-reachable'), 'ok')
  await fleet.server.stop()
  const told = (await device.refused('doctor', '--online')) as unknown as Told
  assert.equal(levelIn(told, 'server-reachable'), 'wrong')
})

/** A stick that is put into a device whose signed factory settings allow bundles from one. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFile, mkdir, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { AgentClient } from '../../../packages/agent/src/local-api/client.ts'
import { FACTORY_VERSION, Maker } from '../support/maker.ts'

const HUGE_BYTES = 2 ** 40

const maker = await Maker.open('lumen', { usbBundles: true })
after(() => maker.end())
const firmware = (version: string) =>
  maker.archive(version, { 'main.sh': 'exec sleep 1000000\n', version }, { start: 'sh main.sh' })
const factory = await firmware(FACTORY_VERSION)
await maker.release({
  ...{ version: '1.0.1', installer: 'slot-directory' },
  artifact: await firmware('1.0.1'),
})
const bundle = await maker.bundle('1.0.1')

test('a device without a network installs from a stick, past everything else that lies on it', async () => {
  const stick = maker.at('stick')
  const at = (name: string) => join(stick, name)
  await mkdir(stick)
  await symlink(bundle, at('link.fwbundle'))
  execFileSync('mkfifo', [at('pipe.fwbundle')])
  await writeFile(at('huge.fwbundle'), '')
  await truncate(at('huge.fwbundle'), HUGE_BYTES)
  await writeFile(at('photo.jpg'), 'x')
  const device = await maker.device('U-0001', {
    ...{ cohort: 'remote', artifact: factory },
    settings: { bundleFolder: stick },
  })
  await maker.server.stop()
  device.start()
  await device.untilEvent({ event: 'bundle-refused', path: at('huge.fwbundle') })
  assert.deepEqual(device.states(), [])

  await copyFile(bundle, at('g1-1.0.1.fwbundle'))
  await device.untilEvent({ event: 'state', to: 'idle' })
  const client = new AgentClient(join(device.data, 'run/agent.sock'))
  const { version } = (await client.json('/1/status')) as { version: string }
  assert.equal(version, '1.0.1')

  const looked = device.events.filter(({ event }) => /^bundle-(taken|refused)$/.test(event))
  assert.deepEqual(
    looked.map(({ event, path }) => [event, path]),
    [
      ['bundle-refused', at('huge.fwbundle')],
      ['bundle-taken', at('g1-1.0.1.fwbundle')],
    ],
  )

  // The stick stays in.
  await device.stop()
  const since = device.events.length
  device.start()
  await device.untilEvent({ event: 'bundle-taken' }, since)
  assert.deepEqual(device.states(since), [])
  assert.equal(device.find({ event: 'verified', what: 'bundle' }, since), undefined)
  const { entries } = (await client.json('/1/log?limit=200')) as { entries: { event: string }[] }
  assert.ok(entries.some(({ event }) => event === 'bundle-refused'))
})

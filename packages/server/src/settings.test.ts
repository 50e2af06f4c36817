import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseSettings, SettingsError } from './settings.ts'
import { readSettings } from './settings-file.ts'

const least = { dataFolder: '/var/lib/fleetward', host: ['updates.example.com'] }

test('the least settings have loopback and the known ports', () => {
  assert.deepEqual(parseSettings(least).listen, {
    address: '127.0.0.1',
    public: 8444,
    device: 8443,
    mqtt: 8883,
    operator: 8080,
    metricsAddress: '127.0.0.1',
    publicProxies: [],
  })
  assert.equal(parseSettings(least).production, false)
})

test('all mistakes are reported at once, each with its place', () => {
  const broken = {
    host: [],
    listen: { public: 70_000, operater: 1, publicProxies: ['proxy'] },
    broker: { url: 'http://broker' },
    publicDownload: 'yes',
    renewalCron: 'now and then',
    datafolder: '/x',
  }
  assert.throws(
    () => parseSettings(broken),
    (error) => {
      assert.ok(error instanceof SettingsError)
      const places = error.mistakes.map((mistake) => mistake.split(':')[0]).toSorted()
      assert.deepEqual(places, [
        'broker.url',
        'dataFolder',
        'host',
        'listen',
        'listen.public',
        'listen.publicProxies.0',
        'publicDownload',
        'renewalCron',
        'the file',
      ])
      return true
    },
  )
})

for (const value of [null, [], 'x', 1, undefined]) {
  test(`${JSON.stringify(value)} is no settings file`, () => {
    assert.throws(() => parseSettings(value), SettingsError)
  })
}

const files: [what: string, text: string | undefined][] = [
  ['missing', undefined],
  ['empty', ''],
  ['cut off', '{"dataFolder":'],
  ['of another shape', '[]'],
]
for (const [what, text] of files) {
  test(`a settings file that is ${what} is named in the mistake`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'fleetward-settings-'))
    t.after(() => rm(folder, { recursive: true, force: true }))
    const file = join(folder, 'settings.json')
    if (text !== undefined) await writeFile(file, text)
    await assert.rejects(readSettings(file), (error) => {
      assert.ok(error instanceof SettingsError)
      return error.mistakes.every((mistake) => mistake.includes(file))
    })
  })
}

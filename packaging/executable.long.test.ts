/** The single executable, for devices without Node.js. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { SITE_SCRIPTS } from '../packages/agent/src/page/site-file.ts'
import { FACTORY_VERSION, Fleet } from '../test/end-to-end/support/fleet.ts'
import { buildExecutable } from './build-executable.ts'
import { REPOSITORY } from './bundle-agent.ts'
import { ReleaseRefusedError } from './release-guard.ts'

const skip = existsSync('/usr/bin/strip') ? false : 'strip is not installed'
let folder: string
let executable: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-executable-'))
  if (skip === false) executable = await buildExecutable({ node: process.execPath, folder })
})
after(() => rm(folder, { recursive: true, force: true }))

test('it says what it can do', { skip }, async () => {
  const { stdout } = await promisify(execFile)(executable, ['--help'], { env: {} })
  assert.match(stdout, /factory-reset/)
})

test('it enrols, updates the product over MQTT and serves the owner’s page', { skip }, async () => {
  const fleet = await Fleet.inside()
  try {
    const device = await fleet.device('G1-0001', {
      cohort: 'homes',
      settings: { page: { port: 0 } },
    })
    device.program = executable
    device.start()
    await fleet.untilSeen(device, { online: true, state: 'idle', version: FACTORY_VERSION })
    const { url } = await device.untilEvent({ event: 'page-open' })
    const page = await fetch(String(url))
    assert.match(await page.text(), /<html/)
    for (const name of [...SITE_SCRIPTS, 'page.css', 'icon.svg']) {
      const served = await fetch(new URL(`/site/${name}`, String(url)))
      assert.equal(served.status, 200, name)
      assert.deepEqual(
        Buffer.from(await served.arrayBuffer()),
        readFileSync(join(REPOSITORY, 'packages/agent/src/page/site', name)),
      )
    }
    await fleet.publish({ version: '1.4.3', securityCounter: 2 })
    await fleet.rollOut('1.4.3', 'homes')
    await fleet.untilSeen(device, { state: 'idle', version: '1.4.3', integrity: 'ok' })
  } finally {
    await fleet.end()
  }
})

test('none is released from a Node.js with known holes', { skip }, async () => {
  const build = { node: process.execPath, folder, isRelease: true }
  await assert.rejects(buildExecutable(build), ReleaseRefusedError)
})

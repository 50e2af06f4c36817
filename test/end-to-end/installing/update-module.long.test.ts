/**
 * Releases that update modules install, from the manufacturer's command to the file on the device: one module that
 * Mender publishes (Debian's mender-client), and one that restarts the machine.
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { FleetDevice } from '../support/fleet-device.ts'
import { FACTORY_VERSION, Maker } from '../support/maker.ts'
import { RestartWatch } from '../support/restart-watch.ts'

const PUBLISHED = '/usr/share/mender/modules/v3'
const skip = existsSync(join(PUBLISHED, 'single-file'))
  ? false
  : 'Debian’s mender-client is not installed'

const maker = await Maker.open('lumen')
after(() => maker.end())
const factory = await maker.archive(FACTORY_VERSION, { 'header/type-info': '{"type":"none"}' })

const release = async (
  version: string,
  files: Readonly<Record<string, string>>,
  selfTest = 'true',
) =>
  maker.release({
    ...{ version, installer: 'update-module', securityCounter: 2 },
    artifact: await maker.archive(version, files, { selfTest }),
  })

async function device(id: string, modulesFolder: string): Promise<FleetDevice> {
  const rebootCommand = [maker.at(`${id}-reboot`)]
  await writeFile(rebootCommand[0] ?? '', `#!/bin/sh\n: > ${maker.at(`${id}-restart`)}\n`)
  await chmod(rebootCommand[0] ?? '', 0o755)
  const made = await maker.device(id, {
    ...{ cohort: id.toLowerCase(), artifact: factory },
    settings: { installer: { kind: 'update-module', modulesFolder, rebootCommand } },
  })
  made.start()
  await maker.untilListed(made, { online: true, state: 'idle', version: FACTORY_VERSION })
  return made
}

test('a release goes through the published single-file module, and one whose self-test fails is taken back', {
  skip,
}, async () => {
  const system = maker.at('system')
  await mkdir(system)
  await writeFile(join(system, 'motd'), 'from the factory')
  const motd = (words: string) => ({
    'header/type-info': '{"type":"single-file"}',
    'files/dest_dir': system,
    'files/filename': 'motd',
    'files/motd': words,
    'files/permissions': '640',
  })
  const gateway = await device('M-0001', PUBLISHED)

  await release('1.0.1', motd('works'), 'test -e header/type-info')
  await maker.rollOut('1.0.1', 'm-0001')
  await maker.untilListed(gateway, { state: 'idle', version: '1.0.1', securityCounter: 2 })
  assert.equal(await readFile(join(system, 'motd'), 'utf8'), 'works')

  const since = gateway.events.length
  await release('1.0.2', motd('broken'), 'false')
  await maker.rollOut('1.0.2', 'm-0001')
  await gateway.untilEvent({ event: 'state', to: 'failed', code: 'SELF_TEST_FAILED' }, since)
  await maker.untilListed(gateway, { state: 'idle', version: '1.0.1' })
  assert.equal(await readFile(join(system, 'motd'), 'utf8'), 'works')
  assert.equal(existsSync(join(gateway.data, 'update-module/tree')), false)
})

test('a module that restarts the machine is verified after the restart, and restarted out of when that fails', async (t) => {
  const modules = maker.at('modules')
  const calls = maker.at('calls')
  await mkdir(modules)
  await writeFile(
    join(modules, 'os'),
    `#!/bin/sh
[ -n "$2" ] && echo "$1" >> ${calls}
case "$1" in
  SupportsRollback) echo Yes;;
  NeedsArtifactReboot) echo Automatic;;
  ArtifactVerifyReboot) grep -q works "$2/files/os";;
esac
`,
  )
  await chmod(join(modules, 'os'), 0o755)
  const gateway = await device('M-0002', modules)
  const restarts = restartsOf(gateway)
  t.after(() => restarts.end())
  const os = (words: string) => ({ 'header/type-info': '{"type":"os"}', 'files/os': words })

  await release('1.1.1', os('works'))
  await maker.rollOut('1.1.1', 'm-0002')
  await maker.untilListed(gateway, { state: 'idle', version: '1.1.1' })
  const entered = async () => (await readFile(calls, 'utf8')).trim().split('\n')
  assert.deepEqual(await entered(), [
    ...['Download', 'ArtifactInstall', 'ArtifactVerifyReboot', 'ArtifactCommit', 'Cleanup'],
  ])
  assert.equal(restarts.count, 1)

  await rm(calls)
  const since = gateway.events.length
  await release('1.1.2', os('hangs'))
  await maker.rollOut('1.1.2', 'm-0002')
  await gateway.untilEvent({ event: 'state', to: 'failed', code: 'NEW_SLOT_DID_NOT_STAY' }, since)
  await maker.untilListed(gateway, { state: 'idle', version: '1.1.1', securityCounter: 2 })
  assert.deepEqual(await entered(), [
    ...['Download', 'ArtifactInstall', 'ArtifactVerifyReboot', 'ArtifactRollback'],
    ...['ArtifactVerifyRollbackReboot', 'ArtifactFailure', 'Cleanup'],
  ])
  assert.equal(restarts.count, 3)
})

/** Ends the agent and starts it again, as a boot does, when its restart command has asked for one. */
function restartsOf(gateway: FleetDevice): RestartWatch {
  return new RestartWatch(maker.at(`${gateway.id}-restart`), {
    endAll: () => gateway.kill(),
    boot: async () => gateway.start(),
  })
}

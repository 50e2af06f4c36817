/**
 * The agent's two processes and the product as three users of the system (CRA P-084): what one may not do
 * the kernel refuses, whatever the program says.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { bundleAgent } from '../../../packaging/bundle-agent.ts'
import { FACTORY_VERSION, Fleet } from '../support/fleet.ts'
import type { FleetDevice } from '../support/fleet-device.ts'
import { installerSocketOf, splitDevice } from '../support/split-device.ts'

const run = promisify(execFile)
/** Users that every Debian has. */
const NETWORK = { uid: 1, gid: 1 }
const PRODUCT = { name: 'games', uid: 5 }
const skip = process.getuid?.() === 0 ? false : 'only root can run processes as other users'

const fleet = await Fleet.inside()
const programs = await mkdtemp(join(tmpdir(), 'fleetward-programs-'))
after(async () => {
  await fleet.end()
  await rm(programs, { recursive: true })
})

test('CRA P-084: the network process cannot write slots, the product neither, and updates come', {
  skip,
}, async () => {
  const device = await threeUsers('G1-0001', 'homes')
  device.startInstaller()
  await device.untilEvent({ event: 'installer-ready' })
  device.start()
  await fleet.untilSeen(device, { online: true, state: 'idle', version: FACTORY_VERSION })

  const product = Number(readFileSync(join(device.folder, 'owner', 'pid'), 'utf8'))
  assert.equal(userOf(device.agent.pid), NETWORK.uid)
  assert.equal(userOf(product), PRODUCT.uid)
  for (const user of [NETWORK.uid, PRODUCT.uid]) {
    for (const path of ['slots/A/main.sh', 'slots/boot.a', 'slots/B.json', 'floor.json']) {
      await assert.rejects(as(user, 'sh', '-c', `: >> "${join(device.installerData, path)}"`))
    }
  }
  // Nor may the product speak to either of them, or read the device's key.
  const socket = installerSocketOf(device)
  await assert.rejects(as(PRODUCT.uid, 'test', '-w', socket))
  await assert.rejects(as(PRODUCT.uid, 'test', '-x', device.data))

  await fleet.publish({ version: '1.4.3', securityCounter: 2 })
  await fleet.rollOut('1.4.3', 'homes')
  await fleet.untilSeen(device, { state: 'idle', version: '1.4.3', securityCounter: 2 })
})

test('what the product keeps for its owner is erased by a network process that is another user', {
  skip,
}, async () => {
  const device = await threeUsers('G1-0002', 'labs')
  device.startInstaller()
  await device.untilEvent({ event: 'installer-ready' })
  device.start()
  await fleet.untilSeen(device, { online: true, state: 'idle', version: FACTORY_VERSION })
  const album = join(device.folder, 'owner', 'album')
  // As the product itself writes: its umask is the installer's doing.
  await as(PRODUCT.uid, 'sh', '-c', `umask 007; mkdir "${album}"; echo me > "${album}/photo"`)
  const since = device.events.length
  await device.cli('factory-reset', '--confirm', device.id)
  await device.untilEvent({ event: 'reset-done' }, since)
  await device.untilEvent({ event: 'booted', version: FACTORY_VERSION }, since)
  assert.equal(existsSync(album), false)
  const { mode } = statSync(join(device.folder, 'owner', 'pid'))
  assert.equal(mode & 0o777, 0o660, 'what the product writes its group may erase')
})

function userOf(pid: number | undefined): number {
  return statSync(`/proc/${pid}`).uid
}

function as(uid: number, ...words: readonly string[]) {
  const user = ['--reuid', String(uid), '--regid', String(uid), '--clear-groups']
  return run('setpriv', [...user, ...words])
}

/** As the Debian package lays it out: agent and Node.js belong to root and are everybody's to run. */
async function agentProgram(): Promise<string> {
  const program = join(programs, 'fleetward-agent')
  if (existsSync(program)) return program
  await chmod(programs, 0o755)
  const { script } = await bundleAgent(join(programs, 'lib'))
  const node = join(programs, 'node')
  await copyFile(process.execPath, node)
  await writeFile(program, `#!/bin/sh\nexec "${node}" "${script}" "$@"\n`)
  await chmod(program, 0o755)
  return program
}

async function threeUsers(id: string, cohort: string): Promise<FleetDevice> {
  const program = await agentProgram()
  const device = await splitDevice(fleet, id, {
    cohort,
    program,
    network: NETWORK,
    product: PRODUCT,
  })
  const { uid, gid } = NETWORK
  device.wrapper = ['setpriv', '--reuid', `${uid}`, '--regid', `${gid}`, '--clear-groups']
  return device
}

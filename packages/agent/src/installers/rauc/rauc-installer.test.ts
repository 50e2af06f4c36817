/** With the real RAUC: its service on a bus of its own, slots that are files, a bootloader that is a script. */
import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { verifiedRelease, withCode } from '../../../../../test/support/signed-messages.ts'
import { artifactPath } from '../../transfer/partial-artifact.ts'
import { RaucInstaller } from './rauc-installer.ts'
import { parseRaucStatus, raucSlot } from './rauc-status.ts'

const RAUC = '/usr/bin/rauc'
const MIB = 1024 * 1024
const missing = [RAUC, '/usr/bin/dbus-daemon'].find((program) => !existsSync(program))
const skip = missing === undefined ? false : `${missing} is not installed`

let folder: string
let busAddress: string
const processes: ChildProcess[] = []
const image = randomBytes(3 * MIB)
const at = (name: string) => join(folder, name)

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const lastMoment = Date.now() + 20_000
  while (!(await Promise.resolve(holds()).catch(() => false))) {
    assert.ok(Date.now() < lastMoment, 'it did not come up')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function start(program: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  processes.push(
    spawn(program, words, { stdio: 'ignore', env: { PATH: process.env.PATH, ...env } }),
  )
}

async function bundle(name: string, version: string, key = 'key.pem', cert = 'cert.pem') {
  const content = at(`content-${name}`)
  await mkdir(content)
  await writeFile(join(content, 'rootfs.img'), image)
  await writeFile(
    join(content, 'manifest.raucm'),
    `[update]\ncompatible=lumen\nversion=${version}\n[bundle]\nformat=plain\n[image.rootfs]\nfilename=rootfs.img\n`,
  )
  const words = [`--cert=${at(cert)}`, `--key=${at(key)}`, content, at(name)]
  execFileSync(RAUC, ['bundle', ...words], { stdio: 'ignore' })
  const bytes = await readFile(at(name))
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  await copyFile(at(name), artifactPath(at('download'), sha256))
  return verifiedRelease({
    ...{ installer: 'rauc', format: 'raucb', version: '1.4.3' },
    ...{ length: bytes.length, sha256, installedSize: image.length },
  })
}

const forbidden: string[] = []
const rauc = () => ({ tool: RAUC, busAddress })
const installer = () =>
  new RaucInstaller({
    rauc: rauc(),
    slotsFolder: at('slots'),
    downloadFolder: at('download'),
    selfTest: ['/bin/true'],
    forbid: async (slot) => void forbidden.push(slot),
  })
const options = () => ({ signal: new AbortController().signal })

describe('rauc', { skip }, () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetward-rauc-'))
    for (const name of ['slots', 'download', 'boot', 'mount']) await mkdir(at(name))
    for (const slot of ['a.img', 'b.img']) {
      await writeFile(at(slot), '')
      await truncate(at(slot), 8 * MIB)
    }
    const purpose = ['-addext', 'extendedKeyUsage=emailProtection', '-days', '60']
    for (const name of ['', 'other-']) {
      const files = ['-keyout', at(`${name}key.pem`), '-out', at(`${name}cert.pem`)]
      execFileSync(
        'openssl',
        [
          'req',
          '-x509',
          '-newkey',
          'rsa:2048',
          '-nodes',
          ...files,
          '-subj',
          '/CN=maker',
          ...purpose,
        ],
        { stdio: 'ignore' },
      )
    }
    await writeFile(
      at('backend'),
      `#!/bin/sh
case "$1" in
 get-primary) echo A;; get-current) echo A;; get-state) echo good;;
 *) echo "$@" >> ${at('boot/calls')};;
esac
`,
    )
    await chmod(at('backend'), 0o755)
    const slot = (n: number, name: string, bootname: string) =>
      `[slot.rootfs.${n}]\ndevice=${at(name)}\ntype=raw\nbootname=${bootname}\n`
    await writeFile(
      at('system.conf'),
      `[system]
compatible=lumen
bootloader=custom
bundle-formats=plain
activate-installed=false
statusfile=${at('status.raucs')}
mountprefix=${at('mount')}
[keyring]
path=${at('cert.pem')}
[handlers]
bootloader-custom-backend=${at('backend')}
${slot(0, 'a.img', 'A')}${slot(1, 'b.img', 'B')}`,
    )
    busAddress = `unix:path=${at('bus')}`
    start('/usr/bin/dbus-daemon', [
      '--session',
      '--nofork',
      '--nopidfile',
      `--address=${busAddress}`,
    ])
    await until(() => existsSync(at('bus')))
    start(RAUC, [`--conf=${at('system.conf')}`, '--override-boot-slot=A', 'service'], {
      DBUS_SYSTEM_BUS_ADDRESS: busAddress,
    })
    await until(async () => (await raucSlot(rauc(), 'A')).isBooted)
  })

  after(async () => {
    for (const child of processes.reverse()) {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      if (child.exitCode === null && child.kill()) await ended
    }
    await rm(folder, { recursive: true, force: true })
  })

  test('a bundle is written into the other slot, which stays unarmed and is known afterwards', async () => {
    const release = await bundle('good.raucb', '1.4.3')
    await installer().write(release, 'B', options())
    const written = await readFile(at('b.img'))
    assert.ok(written.subarray(0, image.length).equals(image))
    assert.deepEqual(forbidden.slice(-1), ['B'])
    const contents = await installer().contents('B')
    assert.deepEqual(
      [contents?.version, contents?.securityCounter],
      ['1.4.3', release.securityCounter],
    )
    assert.doesNotMatch(await readFile(at('boot/calls'), 'utf8'), /set-primary/)
  })

  test('a bundle that another maker signed is refused by RAUC, and the slot is not bootable', async () => {
    const release = await bundle('foreign.raucb', '1.4.3', 'other-key.pem', 'other-cert.pem')
    await assert.rejects(installer().write(release, 'B', options()), withCode('RAUC_FAILED'))
    assert.equal(await installer().contents('B'), undefined)
  })

  test('a bundle whose bytes changed after the download never reaches RAUC', async () => {
    const release = await bundle('changed.raucb', '1.4.3')
    const path = artifactPath(at('download'), release.sha256)
    const bytes = await readFile(path)
    bytes[1000] = (bytes[1000] ?? 0) ^ 1
    await writeFile(path, bytes)
    await assert.rejects(installer().write(release, 'B', options()), withCode('DIGEST_MISMATCH'))
    assert.equal(await installer().contents('B'), undefined)
  })

  test('a bundle of another version than the release is not booted', async () => {
    const release = await bundle('older.raucb', '1.4.1')
    await assert.rejects(installer().write(release, 'B', options()), withCode('SLOT_WRITE_FAILED'))
    assert.equal(await installer().contents('B'), undefined)
  })

  test('the slot that runs is never written', async () => {
    const release = await bundle('booted.raucb', '1.4.3')
    await assert.rejects(installer().write(release, 'A', options()), withCode('SLOT_WRITE_FAILED'))
  })

  test('without RAUC’s service its name is in the error', async () => {
    const away = { tool: RAUC, busAddress: `unix:path=${at('nobody')}` }
    await assert.rejects(raucSlot(away, 'A'), withCode('RAUC_FAILED'))
  })
})

test('a status that is not RAUC’s is refused', () => {
  for (const said of ['', '{}', '{"slots":[{"x":1}]}', '{"slots":{}}']) {
    assert.throws(() => parseRaucStatus(Buffer.from(said)), withCode('RAUC_FAILED'))
  }
})

/** The Debian package as somebody gets it: installed into a Debian of its own, where it updates a product. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { sha256Hex } from '@fleetward/shared'
import { FACTORY_VERSION, Fleet } from '../test/end-to-end/support/fleet.ts'
import { splitDevice } from '../test/end-to-end/support/split-device.ts'
import { buildDeb } from './build-deb.ts'

const run = promisify(execFile)
const EPOCH_SECONDS = 1_790_000_000
const missing = ['dpkg-deb', 'debootstrap', 'strip', 'unshare'].find(
  (tool) => !['/usr/bin', '/usr/sbin'].some((folder) => existsSync(join(folder, tool))),
)
const skip =
  process.getuid?.() !== 0
    ? 'only root can install packages'
    : missing !== undefined && `${missing} is not installed`

let folder: string
let deb: string
let debian: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-deb-'))
  debian = join(folder, 'debian')
  if (skip !== false) return
  deb = await built(join(folder, 'first'))
  const packages = '--include=systemd,libatomic1'
  await run('debootstrap', ['--variant=minbase', packages, codename(), debian], {
    timeout: 600_000,
    maxBuffer: 64 * 1024 * 1024,
  })
  await writeFile(join(debian, 'etc/hosts'), '127.0.0.1 localhost\n::1 localhost\n')
})
after(() => rm(folder, { recursive: true, force: true }))

test('the same sources give the same package', { skip }, async () => {
  const again = await built(join(folder, 'second'))
  assert.equal(sha256Hex(readFileSync(again)), sha256Hex(readFileSync(deb)))
})

test('everything in it is root’s, and nobody else may write any of it', { skip }, async () => {
  const { stdout } = await run('dpkg-deb', ['--contents', deb])
  const lines = stdout.trim().split('\n')
  assert.ok(lines.some((line) => line.endsWith('./usr/lib/systemd/system/fleetward-agent.service')))
  for (const line of lines) {
    const [mode = '', owner] = line.split(/\s+/)
    assert.equal(owner, 'root/root', line)
    assert.match(mode, /^[d-]rw[x-]r-[x-]r-[x-]$/, line)
  }
})

test('installed on a Debian, it updates a product as two processes and three users', {
  skip,
}, async () => {
  await copyFile(deb, join(debian, 'fleetward-agent.deb'))
  await inDebian('dpkg', '-i', '/fleetward-agent.deb')
  const settings = join(debian, 'etc/fleetward/settings.json')
  const [agent, product] = [userIn('fleetward'), userIn('fleetward-product')]
  for (const [path, uid, gid, mode] of [
    ['etc/fleetward', 0, agent.gid, 0o750],
    ['var/lib/fleetward', agent.uid, agent.gid, 0o700],
    ['var/lib/fleetward-installer', 0, 0, 0o755],
    ['var/lib/fleetward-product', product.uid, agent.gid, 0o2770],
  ] as const) {
    const found = await stat(join(debian, path))
    assert.deepEqual([found.uid, found.gid, found.mode & 0o7777], [uid, gid, mode], path)
  }
  const licences = readFileSync(join(debian, 'usr/share/doc/fleetward-agent/copyright'), 'utf8')
  for (const part of ['Apache License', 'Node.js contributors', '\nmqtt ']) {
    assert.ok(licences.includes(part), part)
  }
  await inDebian('dpkg', '--verify', 'fleetward-agent')
  const help = await inDebian('fleetward-agent', '--help')
  assert.match(help.stdout, /factory-install/)
  await assert.rejects(inDebian('fleetward-agent', 'status'), (error: { stderr: string }) => {
    assert.match(error.stderr, /--settings FILE/)
    return true
  })

  const fleet = await Fleet.inside()
  try {
    const program = await programInDebian(fleet.folder)
    const plan = {
      cohort: 'homes',
      network: agent,
      product: { ...product, name: 'fleetward-product' },
    }
    const device = await splitDevice(fleet, 'G1-0001', { ...plan, program })
    device.startInstaller()
    await device.untilEvent({ event: 'installer-ready' })
    device.start()
    await fleet.untilSeen(device, { online: true, state: 'idle', version: FACTORY_VERSION })
    await fleet.publish({ version: '1.4.3', securityCounter: 2 })
    await fleet.rollOut('1.4.3', 'homes')
    await fleet.untilSeen(device, { state: 'idle', version: '1.4.3', securityCounter: 2 })
    const owner = (await stat(`/proc/${device.agent.pid}`)).uid
    assert.equal(owner, agent.uid)
  } finally {
    await fleet.end()
  }

  // An upgrade and a removal take nothing that a person or the device put there.
  await writeFile(settings, '{}')
  await writeFile(join(debian, 'var/lib/fleetward/record'), 'kept')
  await writeFile(join(debian, 'var/lib/fleetward-product/photo'), 'kept')
  await inDebian('systemctl', 'enable', 'fleetward-installer', 'fleetward-agent')
  const wanted = join(debian, 'etc/systemd/system/multi-user.target.wants')
  const started = () => readdirSync(wanted).filter((name) => name.startsWith('fleetward-'))
  assert.equal(started().length, 2)
  await inDebian('dpkg', '-i', '/fleetward-agent.deb')
  assert.equal(started().length, 2, 'still started at boot')
  await inDebian('dpkg', '-r', 'fleetward-agent')
  assert.equal(existsSync(join(debian, 'usr/bin/fleetward-agent')), false)
  assert.deepEqual(started(), [])
  for (const path of [settings, join(debian, 'var/lib/fleetward/record')]) {
    assert.ok(existsSync(path), path)
  }
  await inDebian('dpkg', '--purge', 'fleetward-agent')
  assert.equal(existsSync(join(debian, 'var/lib/fleetward')), false)
  for (const path of [settings, join(debian, 'var/lib/fleetward-product/photo')]) {
    assert.ok(existsSync(path), path)
  }
})

async function built(into: string): Promise<string> {
  await mkdir(into)
  return buildDeb({
    ...{ node: process.execPath, folder: into, epochSeconds: EPOCH_SECONDS },
    // xz takes most of a minute and has nothing to do with what is tried here.
    compression: 'none',
  })
}

function codename(): string {
  const [, name = 'stable'] =
    /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8')) ?? []
  return name
}

function inDebian(...words: readonly string[]) {
  const env = {
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    LC_ALL: 'C',
    DEBIAN_FRONTEND: 'noninteractive',
  }
  return run('chroot', [debian, ...words], { env, timeout: 120_000 })
}

function userIn(name: string): { uid: number; gid: number } {
  const line = readFileSync(join(debian, 'etc/passwd'), 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}:`))
  assert.ok(line, `there is a user ${name}`)
  const [uid, gid] = line.split(':').slice(2, 4).map(Number)
  return { uid: uid as number, gid: gid as number }
}

/** A way into that Debian with its own /proc and the fleet's folder in it; `run` runs unprivileged. */
async function programInDebian(shared: string): Promise<string> {
  const program = join(folder, 'fleetward-agent')
  const inner = `
set -e
mount --rbind /proc "${debian}/proc"
mount --rbind /dev "${debian}/dev"
mkdir -p "${debian}${shared}"
mount --rbind "${shared}" "${debian}${shared}"
case $1 in run) user=--userspec=fleetward:fleetward ;; esac
exec chroot $user "${debian}" /usr/bin/fleetward-agent "$@"
`
  await writeFile(
    program,
    `#!/bin/sh\nexec unshare --mount --propagation private /bin/sh -c '${inner}' sh "$@"\n`,
  )
  await chmod(program, 0o755)
  return program
}

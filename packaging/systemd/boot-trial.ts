/**
 * A whole Debian boots in a container, with the package and its units under a real systemd, enrols at a real server
 * and installs an update. Not part of the tests: it needs root, systemd-nspawn and a machine that lets it boot.
 *
 *   npm run package:boot
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { firmware } from '../../test/end-to-end/support/firmware.ts'
import { FACTORY_VERSION, Fleet } from '../../test/end-to-end/support/fleet.ts'
import { buildDeb } from '../build-deb.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)
const folder = await mkdtemp(join(tmpdir(), 'fleetward-boot-'))
const debian = join(folder, 'debian')
const inDebian = (...words: readonly string[]) =>
  execFileSync('chroot', [debian, ...words], {
    encoding: 'utf8',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  })

try {
  say('A fresh Debian: a minute.')
  const packages = '--include=systemd,systemd-sysv,dbus,libatomic1'
  execFileSync('debootstrap', ['--variant=minbase', packages, 'bookworm', debian])
  say('The package.')
  const build = { node: process.execPath, folder, compression: 'none' } as const
  await copyFile(await buildDeb({ ...build, epochSeconds: 0 }), join(debian, 'agent.deb'))
  inDebian('dpkg', '-i', '/agent.deb')

  const fleet = await Fleet.inside()
  try {
    const device = await fleet.device('G1-0001', { cohort: 'homes', fillSlot: async () => {} })
    const etc = join(debian, 'etc/fleetward')
    await cp(join(device.folder, 'pack'), join(etc, 'factory-pack'), { recursive: true })
    const example = join(debian, 'usr/share/doc/fleetward-agent/settings.example.json')
    const settings = {
      ...JSON.parse(await readFile(example, 'utf8')),
      ...JSON.parse(await readFile(device.settingsFile, 'utf8')),
      ...{ dataFolder: '/var/lib/fleetward', factoryPack: '/etc/fleetward/factory-pack' },
      production: false,
    }
    await writeFile(join(etc, 'settings.json'), JSON.stringify(settings))
    await writeFile(join(debian, 'etc/hosts'), '127.0.0.1 localhost\n::1 localhost\n')
    inDebian('chown', '-R', 'root:fleetward', '/etc/fleetward/factory-pack')
    inDebian('chmod', '-R', 'u=rwX,g=rX,o=', '/etc/fleetward/factory-pack')
    await writeFile(
      join(debian, 'factory.tar.zst'),
      firmware({ version: FACTORY_VERSION }).artifact,
    )
    const factory = ['--version', FACTORY_VERSION, '--security-counter', '1']
    inDebian('fleetward-agent', 'factory-install', '--artifact', '/factory.tar.zst', ...factory)
    inDebian('systemctl', 'enable', 'fleetward-installer', 'fleetward-agent')

    say('It boots.')
    const options = ['--boot', '--register=no', '--keep-unit', '--directory', debian]
    const machine = spawn('systemd-nspawn', options, { stdio: 'ignore' })
    const off = once(machine, 'exit')
    try {
      await fleet.untilSeen(device, { online: true, state: 'idle', version: FACTORY_VERSION })
      say(`Online with ${FACTORY_VERSION}; an update is offered.`)
      await fleet.publish({ version: '1.4.3', securityCounter: 2 })
      await fleet.rollOut('1.4.3', 'homes')
      await fleet.untilSeen(device, { state: 'idle', version: '1.4.3', securityCounter: 2 })
      say('Verified, installed, tried and committed under systemd with the shipped units.')
    } finally {
      machine.kill('SIGTERM')
      await off
    }
  } finally {
    await fleet.end()
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

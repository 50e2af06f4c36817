/**
 * A machine whose slots are RAUC's: Debian's RAUC as a service on a bus of its own, slots that are files, and the boot
 * script of docs/integrating. A restart ends agent and service, picks a slot, and starts both again.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { bootByScript } from '../../support/boot-script.ts'
import type { FleetDevice } from './fleet-device.ts'
import type { Maker } from './maker.ts'
import { RestartWatch } from './restart-watch.ts'
import { until } from './until.ts'

const RAUC = '/usr/bin/rauc'
const DBUS = '/usr/bin/dbus-daemon'
const SLOT_BYTES = 8 * 1024 * 1024

const missing = [RAUC, DBUS].find((program) => !existsSync(program))
export const withoutRauc = missing === undefined ? false : `${missing} is not installed`

/** The maker's own key for RAUC's signature, beside the release keys. */
export class RaucWorkshop {
  readonly #maker: Maker

  private constructor(maker: Maker) {
    this.#maker = maker
  }

  static async open(maker: Maker): Promise<RaucWorkshop> {
    const workshop = new RaucWorkshop(maker)
    for (const name of ['maker', 'stranger']) {
      const files = ['-keyout', maker.at(`${name}.key`), '-out', maker.at(`${name}.crt`)]
      const purpose = ['-addext', 'extendedKeyUsage=emailProtection', '-days', '60']
      const words = ['-x509', '-newkey', 'rsa:2048', '-nodes', ...files, '-subj', '/CN=maker']
      await promisify(execFile)('openssl', ['req', ...words, ...purpose])
    }
    return workshop
  }

  /** Returns the bundle's file. `claims`: the version that RAUC's own manifest says. */
  async bundle(
    image: Buffer,
    version: string,
    { signer = 'maker', claims = version } = {},
  ): Promise<string> {
    const at = (name: string) => this.#maker.at(name)
    const content = await mkdtemp(at('raucb-'))
    await writeFile(join(content, 'rootfs.img'), image)
    await writeFile(
      join(content, 'manifest.raucm'),
      `[update]\ncompatible=lumen\nversion=${claims}\n[bundle]\nformat=plain\n[image.rootfs]\nfilename=rootfs.img\n`,
    )
    const out = `${content}-${version}.raucb`
    const keys = [`--cert=${at(`${signer}.crt`)}`, `--key=${at(`${signer}.key`)}`]
    await promisify(execFile)(RAUC, ['bundle', ...keys, content, out])
    return out
  }
}

export class RaucMachine {
  readonly device: FleetDevice
  /** The slots that came up, in order. */
  readonly boots: string[] = []
  readonly #folder: string
  readonly #bus: ChildProcess
  #rauc: ChildProcess | undefined
  #watch: RestartWatch | undefined

  private constructor(device: FleetDevice, folder: string, bus: ChildProcess) {
    this.device = device
    this.#folder = folder
    this.#bus = bus
  }

  /** With `image` in slot A, as whoever made the storage wrote it. */
  static async create(maker: Maker, id: string, image: Buffer, artifact: string) {
    const folder = maker.at(`machine-${id}`)
    const at = (name: string) => join(folder, name)
    await mkdir(at('mount'), { recursive: true })
    await writeFile(at('a.img'), image)
    await writeFile(at('b.img'), '')
    for (const slot of ['a.img', 'b.img']) await truncate(at(slot), SLOT_BYTES)
    const programs = {
      backend:
        'case "$1" in get-primary) echo A;; get-current) echo A;; get-state) echo good;; esac',
      reboot: `: > ${at('restart')}`,
      'self-test': `slot=$(sed 's/.*=//' ${at('cmdline')} | tr AB ab)
! head -c 100 "${folder}/$slot.img" | grep -q broken`,
    }
    for (const [name, words] of Object.entries(programs)) {
      await writeFile(at(name), `#!/bin/sh\n${words}\n`)
      await chmod(at(name), 0o755)
    }
    await writeFile(at('cmdline'), 'quiet')
    await writeFile(at('environment'), '')
    await writeFile(at('system.conf'), systemConf(folder, maker.at('maker.crt')))
    const address = `--address=unix:path=${at('bus')}`
    const words = ['--session', '--nofork', '--nopidfile', address]
    const bus = spawn(DBUS, words, { stdio: 'ignore' })
    await until(
      () => existsSync(at('bus')),
      () => 'a bus',
    )
    const device = await maker.device(id, {
      ...{ cohort: id.toLowerCase(), artifact },
      settings: {
        installer: {
          ...{ kind: 'rauc', tool: RAUC, busAddress: `unix:path=${at('bus')}` },
          bootloader: { kind: 'file', path: at('environment') },
          ...{ kernelCommandLine: at('cmdline'), bootIdFile: at('boot-id') },
          ...{ rebootCommand: [at('reboot')], selfTestCommand: [at('self-test')] },
        },
      },
    })
    return new RaucMachine(device, folder, bus)
  }

  async powerOn(): Promise<void> {
    await this.#boot()
    this.#watch = new RestartWatch(this.#at('restart'), {
      endAll: () => this.#endAll(),
      boot: () => this.#boot(),
    })
  }

  async end(): Promise<void> {
    await this.#watch?.end()
    await this.#endAll()
    await ended(this.#bus)
  }

  slot(name: 'a' | 'b'): Promise<Buffer> {
    return readFile(this.#at(`${name}.img`))
  }

  environment(): Promise<string> {
    return readFile(this.#at('environment'), 'utf8')
  }

  async #endAll(): Promise<void> {
    await this.device.kill()
    await ended(this.#rauc)
  }

  async #boot(): Promise<void> {
    const commandLine = bootByScript('u-boot', this.#at('environment'))
    const slot = commandLine.slice(-1)
    this.boots.push(slot)
    await writeFile(this.#at('cmdline'), commandLine)
    await writeFile(this.#at('boot-id'), `boot ${this.boots.length}`)
    const env = { PATH: process.env.PATH, DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${this.#at('bus')}` }
    const words = [`--conf=${this.#at('system.conf')}`, `--override-boot-slot=${slot}`, 'service']
    this.#rauc = spawn(RAUC, words, { stdio: 'ignore', env })
    await until(
      () => answers(env),
      () => 'RAUC’s service answers',
    )
    this.device.start()
  }

  #at(name: string): string {
    return join(this.#folder, name)
  }
}

function systemConf(folder: string, certificate: string): string {
  const slot = (n: number, file: string, bootname: string) =>
    `[slot.rootfs.${n}]\ndevice=${join(folder, file)}\ntype=raw\nbootname=${bootname}\n`
  return `[system]
compatible=lumen
bootloader=custom
bundle-formats=plain
activate-installed=false
statusfile=${join(folder, 'status.raucs')}
mountprefix=${join(folder, 'mount')}
[keyring]
path=${certificate}
[handlers]
bootloader-custom-backend=${join(folder, 'backend')}
${slot(0, 'a.img', 'A')}${slot(1, 'b.img', 'B')}`
}

function answers(env: NodeJS.ProcessEnv): boolean {
  try {
    execFileSync(RAUC, ['status'], { stdio: 'ignore', env })
    return true
  } catch {
    return false
  }
}

async function ended(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill()
  await exited
}

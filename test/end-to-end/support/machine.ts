/**
 * A whole machine that installs images: its bootloader is the script of docs/integrating, and a restart
 * ends the agent, picks a slot and starts the agent again, as another boot of the kernel.
 */
import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { bootByScript } from '../../support/boot-script.ts'
import { type DevicePlan, FACTORY_VERSION, type Fleet } from './fleet.ts'
import { AGENT, type FleetDevice } from './fleet-device.ts'
import { RestartWatch } from './restart-watch.ts'

/** Says yes unless the image of the slot that runs says `broken`. */
const SELF_TEST = `#!/bin/sh
slot=$(sed 's/.*fleetward.slot=//' "$(dirname "$0")/cmdline" | tr AB ab)
! head -c 100 "$(dirname "$0")/$slot.img" | grep -q broken
`

export class Machine {
  readonly device: FleetDevice
  /** The slots that came up, in order. */
  readonly boots: string[] = []
  #watch: RestartWatch | undefined

  private constructor(device: FleetDevice) {
    this.device = device
  }

  /** With the factory's image in slot A, put there by the agent's own command. */
  static async create(fleet: Fleet, id: string, plan: DevicePlan, image: Buffer): Promise<Machine> {
    const folder = join(fleet.folder, 'devices', id)
    const at = (name: string) => join(folder, name)
    const installer = {
      kind: 'raw-image',
      slotType: 'file',
      slots: { A: { path: 'a.img' }, B: { path: 'b.img' } },
      bootloader: { kind: 'file', path: 'environment' },
      kernelCommandLine: 'cmdline',
      bootIdFile: 'boot-id',
      rebootCommand: [at('reboot')],
      selfTestCommand: [at('self-test')],
    }
    const device = await fleet.device(id, {
      ...plan,
      settings: { ...plan.settings, installer },
      fillSlot: async (made) => {
        await mkdir(made.folder, { recursive: true })
        const programs = { reboot: `#!/bin/sh\n: > ${at('restart')}\n`, 'self-test': SELF_TEST }
        for (const [name, text] of Object.entries(programs)) {
          await writeFile(at(name), text)
          await chmod(at(name), 0o755)
        }
        await writeFile(at('cmdline'), 'quiet')
        await writeFile(at('environment'), '')
        await writeFile(at('factory.img'), image)
        await promisify(execFile)(AGENT, [
          ...['factory-install', '--settings', made.settingsFile, '--artifact', at('factory.img')],
          ...['--version', FACTORY_VERSION, '--security-counter', '1'],
        ])
      },
    })
    return new Machine(device)
  }

  async powerOn(): Promise<void> {
    await this.#boot()
    this.#watch = new RestartWatch(this.#at('restart'), {
      endAll: () => this.device.kill(),
      boot: () => this.#boot(),
    })
  }

  async powerOff(): Promise<void> {
    await this.#watch?.end()
    await this.device.kill()
  }

  image(slot: 'a' | 'b'): Promise<Buffer> {
    return readFile(this.#at(`${slot}.img`))
  }

  environment(): Promise<string> {
    return readFile(this.#at('environment'), 'utf8')
  }

  async #boot(): Promise<void> {
    const commandLine = bootByScript('u-boot', this.#at('environment'))
    this.boots.push(commandLine.slice(-1))
    await writeFile(this.#at('cmdline'), commandLine)
    await writeFile(this.#at('boot-id'), `boot ${this.boots.length}`)
    this.device.start()
  }

  #at(name: string): string {
    return join(this.device.folder, name)
  }
}

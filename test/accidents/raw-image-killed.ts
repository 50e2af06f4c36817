/** Installs an image over an older one, is killed at one system call, and looks at what is left. */
import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { bootByScript } from '../support/boot-script.ts'
import { imageInstallation } from '../support/image-installation.ts'

const MIB = 1024 * 1024
const INSTALLATION = fileURLToPath(new URL('../support/image-installation.ts', import.meta.url))
/** What changes a disk, or makes a change last. */
export const DISK_CALLS = 'ftruncate,pwrite64,fsync,fdatasync,rename,unlink,mkdir,write'

const OLD = Buffer.concat([randomBytes(2 * MIB), Buffer.from('old')])
const NEW = Buffer.concat([randomBytes(MIB), Buffer.alloc(MIB), randomBytes(700_000)])

export const noStrace = (() => {
  try {
    execFileSync('strace', ['--version'], { stdio: 'ignore' })
    return false
  } catch {
    return 'strace is not installed here'
  }
})()

export class KilledInstallation {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  /** Slot A runs; slot B holds an older release, which boots. The board came with both in its order. */
  static async prepare(): Promise<KilledInstallation> {
    const folder = await mkdtemp(join(tmpdir(), 'fleetward-killed-'))
    const made = new KilledInstallation(folder)
    await writeFile(join(folder, 'a.img'), 'what runs')
    await writeFile(join(folder, 'environment'), '')
    await imageInstallation(folder).install('1.4.1', OLD)
    await writeFile(
      join(folder, 'environment'),
      'BOOT_ORDER=A B\nBOOT_A_LEFT=0\nBOOT_B_LEFT=3\nfleetward_trial=none\n',
    )
    await writeFile(join(folder, 'image'), NEW)
    return made
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true })
  }

  /** Returns the calls that touched the folder, in order; cut off at the `killAt`th call of `kind`. */
  async run(kill?: { readonly call: string; readonly at: number }): Promise<string[]> {
    const trace = join(this.folder, 'trace')
    const inject = kill && ['-e', `inject=${kill.call}:signal=SIGKILL:when=${kill.at}`]
    const words = [
      ...['-f', '-y', '-o', trace, '-e', `trace=${DISK_CALLS},unlinkat,renameat,pread64,openat`],
      ...(inject ?? []),
      ...[process.execPath, INSTALLATION, this.folder, '1.4.3'],
    ]
    await promisify(execFile)('strace', words).catch(
      (error: { signal?: string; code?: unknown }) => {
        if (kill === undefined) throw error
      },
    )
    const lines = (await readFile(trace, 'utf8')).split('\n')
    return lines.filter((line) => line.includes(this.folder))
  }

  /** Nothing half written boots, whoever decides; and the next attempt succeeds. */
  async requireSound(): Promise<void> {
    const { folder } = this
    const { installer, install } = imageInstallation(folder)
    const contents = await installer.contents('B')
    const slot = await readFile(join(folder, 'b.img'))
    if (contents !== undefined) {
      const whole = contents.version === '1.4.3' ? NEW : OLD
      assert.ok(slot.equals(whole), `${contents.version} is said to be there, and is not`)
    }
    // A can boot no more by its tries: a bootloader that may take B takes it.
    if (bootByScript('u-boot', join(folder, 'environment')).endsWith('B')) {
      assert.ok(slot.equals(OLD), 'the bootloader boots a slot whose bytes have changed')
    }
    assert.equal(await readFile(join(folder, 'a.img'), 'utf8'), 'what runs')
    await install('1.4.3', NEW)
    assert.equal((await installer.contents('B'))?.version, '1.4.3')
    assert.ok((await readFile(join(folder, 'b.img'))).equals(NEW))
  }
}

/** How often each call is made in one undisturbed installation: each of them is a moment to be killed at. */
export async function moments(): Promise<{ call: string; at: number }[]> {
  const watched = await KilledInstallation.prepare()
  try {
    await watched.run()
    const lines = (await readFile(join(watched.folder, 'trace'), 'utf8')).split('\n')
    const firstOfOurs = lines.findIndex((line) => line.includes(watched.folder))
    const counts = new Map<string, number>()
    const found: { call: string; at: number }[] = []
    lines.forEach((line, index) => {
      const call = /^\d+\s+(\w+)\(/.exec(line)?.[1]
      if (call === undefined || !DISK_CALLS.split(',').includes(call)) return
      const at = (counts.get(call) ?? 0) + 1
      counts.set(call, at)
      if (index >= firstOfOurs && line.includes(watched.folder)) found.push({ call, at })
    })
    return found
  } finally {
    await watched.remove()
  }
}

/** RAUC and SWUpdate installing an image into a file, as their manuals set them up: signed, and as root. */
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { InstallationCost } from './raw-image-agent.ts'

export interface Peer {
  readonly name: string
  install(): InstallationCost
  end(): void
}

/** Of the clock that /proc counts CPU time with, per second: sysconf(_SC_CLK_TCK) on Linux. */
const TICKS = 100
const TIME = '/usr/bin/time'

/** Why the peers cannot be measured here; undefined when they can. */
export function missingForPeers(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'rauc and swupdate need root'
  const programs = [
    '/usr/bin/rauc',
    '/usr/bin/swupdate',
    '/usr/bin/dbus-daemon',
    '/usr/bin/mksquashfs',
  ]
  const missing = [...programs, '/usr/bin/openssl', TIME].find((path) => !existsSync(path))
  return missing === undefined ? undefined : `${missing} is not installed`
}

export function makeSigner(folder: string): void {
  const subject = ['-subj', '/CN=bench', '-addext', 'keyUsage=digitalSignature', '-days', '365']
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]
  const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, ...subject]
  execFileSync('openssl', words, { stdio: 'pipe' })
}

/** The service and its bus are there before; what is measured is `rauc install` and the service's work. */
export async function rauc(folder: string, image: string): Promise<Peer> {
  const at = (name: string) => join(folder, name)
  const content = at('rauc-bundle')
  mkdirSync(content)
  copyFileSync(image, join(content, 'rootfs.img'))
  const manifest =
    '[update]\ncompatible=bench\nversion=1\n\n[bundle]\nformat=plain\n\n[image.rootfs]\nfilename=rootfs.img\n'
  writeFileSync(join(content, 'manifest.raucm'), manifest)
  const { size } = statSync(image)
  const slots = ['A', 'B'].map((name, index) => {
    const device = at(`rauc-${name}.img`)
    writeFilled(device, size)
    return `[slot.rootfs.${index}]\ndevice=${device}\ntype=raw\nbootname=${name}\n`
  })
  const system = '[system]\ncompatible=bench\nbootloader=noop\nbundle-formats=plain verity\n'
  writeFileSync(
    at('system.conf'),
    [system, `[keyring]\npath=${at('cert.pem')}\n`, ...slots].join('\n'),
  )
  const signer = [
    `--cert=${at('cert.pem')}`,
    `--key=${at('key.pem')}`,
    `--keyring=${at('cert.pem')}`,
  ]
  execFileSync('rauc', ['bundle', ...signer, content, at('bench.raucb')], { stdio: 'pipe' })

  const bus = `unix:path=${at('bus')}`
  writeFileSync(at('bus.conf'), busConfiguration(bus))
  const daemon = spawn('dbus-daemon', [`--config-file=${at('bus.conf')}`, '--nofork'], {
    stdio: 'ignore',
  })
  while (!existsSync(at('bus'))) await pause(20)
  const env = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: bus }
  const words = [`--conf=${at('system.conf')}`, '--override-boot-slot=A', 'service']
  const service = spawn('rauc', words, { stdio: 'ignore', env })
  while (!isServing(env)) await pause(50)
  const { pid } = service
  return {
    name: 'rauc install',
    install: () => {
      // Forget the peak of the run before: proc(5), clear_refs.
      writeFileSync(`/proc/${pid}/clear_refs`, '5')
      const before = cpuSecondsOf(pid)
      const client = timed(['rauc', 'install', at('bench.raucb')], env)
      const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
      return {
        ms: client.ms,
        cpuSeconds: client.cpuSeconds + cpuSecondsOf(pid) - before,
        peakMemoryMiB: Number(peak) / 1024,
      }
    },
    end: () => {
      service.kill()
      daemon.kill()
    },
  }
}

/** `thenSync`: SWUpdate itself leaves what it wrote to the page cache. */
export function swupdate(folder: string, image: string, thenSync: boolean): Peer {
  const at = (name: string) => join(folder, name)
  const slot = at('swupdate.img')
  const bytes = readFileSync(image)
  writeFilled(slot, bytes.length)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const entry = `{ filename = "rootfs.img"; device = "${slot}"; type = "raw"; sha256 = "${sha256}"; installed-directly = true; }`
  const description = `software =\n{\n  version = "1.0.0";\n  hardware-compatibility: [ "1.0" ];\n  images: ( ${entry} );\n}\n`
  writeFileSync(at('sw-description'), description)
  const signer = ['-signer', at('cert.pem'), '-inkey', at('key.pem')]
  const files = ['-in', at('sw-description'), '-out', at('sw-description.sig')]
  const form = ['-outform', 'DER', '-nosmimecap', '-binary']
  execFileSync('openssl', ['cms', '-sign', ...files, ...signer, ...form], { stdio: 'pipe' })
  writeArchive(at('bench.swu'), [
    ['sw-description', readFileSync(at('sw-description'))],
    ['sw-description.sig', readFileSync(at('sw-description.sig'))],
    ['rootfs.img', bytes],
  ])
  const command = `swupdate -H bench:1.0 -i ${at('bench.swu')} -k ${at('cert.pem')}`
  return {
    name: thenSync ? 'swupdate && sync' : 'swupdate, which waits for a second',
    install: () =>
      timed(
        thenSync ? ['sh', '-c', `${command} && sync ${slot}`] : command.split(' '),
        process.env,
      ),
    end: () => {},
  }
}

function timed(command: readonly string[], env: NodeJS.ProcessEnv): InstallationCost {
  const out = join(tmpdir(), `fleetward-bench-${process.pid}.time`)
  const startMs = performance.now()
  execFileSync(TIME, ['-o', out, '-f', '%U %S %M', ...command], { env, stdio: 'ignore' })
  const ms = performance.now() - startMs
  const [user = 0, system = 0, kib = 0] = readFileSync(out, 'utf8').trim().split(' ').map(Number)
  rmSync(out)
  return { ms, cpuSeconds: user + system, peakMemoryMiB: kib / 1024 }
}

/** Its own and that of the children it has waited for: proc(5), stat, fields 14 to 17. */
function cpuSecondsOf(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS
}

function isServing(env: NodeJS.ProcessEnv): boolean {
  try {
    execFileSync('rauc', ['status'], { env, stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** What was in the slot before: bytes on the disk, none of them zero. */
function writeFilled(path: string, length: number): void {
  writeFileSync(path, Buffer.alloc(length, 0xa5))
}

function busConfiguration(address: string): string {
  const types = ['method_call', 'method_return', 'error', 'signal']
  const allowed = types.flatMap((type) => [
    `<allow send_type="${type}"/>`,
    `<allow receive_type="${type}"/>`,
  ])
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>${address}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/>${allowed.join('')}</policy></busconfig>
`
}

/** cpio in its `crc` form, which SWUpdate wants: cpio(5), "New ASCII Format". */
function writeArchive(path: string, files: readonly (readonly [string, Buffer])[]): void {
  const archive = openSync(path, 'w')
  const pad = (length: number) => Buffer.alloc((4 - (length % 4)) % 4)
  let inode = 0
  for (const [name, bytes] of [...files, ['TRAILER!!!', Buffer.alloc(0)] as const]) {
    inode += 1
    let sum = 0
    for (const byte of bytes) sum = (sum + byte) % 2 ** 32
    const numbers = [inode, 0o100644, 0, 0, 1, 0, bytes.length, 0, 0, 0, 0, name.length + 1, sum]
    const fields = numbers.map((value) => value.toString(16).padStart(8, '0'))
    const header = Buffer.from(`070702${fields.join('')}${name}\0`, 'latin1')
    for (const part of [header, pad(header.length), bytes, pad(bytes.length)])
      writeSync(archive, part)
  }
  closeSync(archive)
}

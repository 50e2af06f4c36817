import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import {
  link,
  mkdir,
  mkdtemp,
  open,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { codeOf, type Release } from '@fleetward/shared'
import { releaseOf, sha256 } from '../../../../../test/support/slot-artifact.ts'
import type { SlotName } from '../../ports.ts'
import { artifactPath } from '../../transfer/partial-artifact.ts'
import { installFactoryImage } from './factory-image.ts'
import { RawImageInstaller } from './raw-image-installer.ts'
import type { SlotPlace } from './slot-image.ts'

const MIB = 1024 * 1024
/** Bytes, a hole of zeros, bytes again, and an end that is aligned to nothing. */
const IMAGE = Buffer.concat([randomBytes(MIB + 1), Buffer.alloc(3 * MIB), randomBytes(MIB - 77)])
const COMPRESSED = {
  raw: (image: Buffer) => image,
  'raw.gz': (image: Buffer) => gzipSync(image),
  'raw.zst': (image: Buffer) => zstdCompressSync(image),
}
type Format = keyof typeof COMPRESSED
const FORMATS = Object.keys(COMPRESSED) as Format[]

let scratch: string
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'fleetward-image-'))
})
after(() => rm(scratch, { recursive: true }))

interface Plan {
  readonly image?: Buffer
  readonly format?: Format
  /** What the artifact really is; the release signs it unless `release` says otherwise. */
  readonly bytes?: Buffer
  readonly release?: Partial<Release>
  readonly signal?: AbortSignal
}

class Device {
  readonly installer: RawImageInstaller
  readonly places: Record<SlotName, SlotPlace>
  readonly slotsFolder: string
  readonly downloadFolder: string
  /** What happened, in order. */
  readonly events: string[] = []
  direct: unknown
  onForbid: () => Promise<void> = async () => {}
  onReadBack: () => void = () => {}

  constructor(folder: string, places?: Record<SlotName, SlotPlace>) {
    this.slotsFolder = join(folder, 'slots')
    this.downloadFolder = join(folder, 'download')
    this.places = places ?? {
      A: { path: join(folder, 'a.img'), type: 'file' },
      B: { path: join(folder, 'b.img'), type: 'file' },
    }
    this.installer = new RawImageInstaller({
      ...this,
      selfTest: ['/bin/true'],
      forbid: (slot) => {
        this.events.push(`forbid ${slot}`)
        return this.onForbid()
      },
      log: {
        write: (_level, event, facts) => {
          this.events.push(event)
          this.direct = facts?.past
          this.onReadBack()
        },
      },
    })
  }

  static async create(places?: Record<SlotName, SlotPlace>): Promise<Device> {
    const device = new Device(await mkdtemp(join(scratch, 'device-')), places)
    await mkdir(device.downloadFolder)
    await mkdir(device.slotsFolder)
    return device
  }

  get recordPath(): string {
    return join(this.slotsFolder, 'B.json')
  }

  async install(plan: Plan = {}): Promise<void> {
    const { image = IMAGE, format = 'raw', signal = new AbortController().signal } = plan
    const bytes = plan.bytes ?? COMPRESSED[format](image)
    const { release } = releaseOf(bytes, {
      format,
      installedSize: image.length,
      release: { installer: 'raw-image', ...plan.release },
    })
    await writeFile(artifactPath(this.downloadFolder, release.sha256), bytes)
    await this.installer.write(release, 'B', { signal })
  }

  async holds(image: Buffer): Promise<void> {
    const seen = await readFile(this.places.B.path)
    assert.equal(sha256(seen), sha256(image))
    assert.equal(seen.length, image.length)
    const { version, securityCounter } = (await this.installer.contents('B')) ?? {}
    assert.deepEqual({ version, securityCounter }, { version: '1.4.3', securityCounter: 2 })
  }
}

const coded = (code: string) => (error: unknown) => {
  assert.equal(codeOf(error)?.code, code, String(error))
  return true
}

for (const format of FORMATS) {
  test(`an image in ${format} lies in its slot byte for byte, and its zeros take no room`, async () => {
    const device = await Device.create()
    await device.install({ format })
    await device.holds(IMAGE)
    const { blocks } = await stat(device.places.B.path)
    assert.ok(blocks * 512 <= IMAGE.length - 2 * MIB + 4096, `${blocks * 512} bytes are allocated`)
  })
}

test('nothing of a longer image that was there before is left', async () => {
  const device = await Device.create()
  await device.install({ image: randomBytes(6 * MIB) })
  await device.install()
  await device.holds(IMAGE)
})

test('an image shorter than one block is installed like any other', async () => {
  const device = await Device.create()
  const image = Buffer.from('small')
  await device.install({ image })
  await device.holds(image)
})

test('the slot is not bootable for anybody before its first byte changes, and bootable only after it was read back', async () => {
  const device = await Device.create()
  await device.install()
  device.events.length = 0
  const before = sha256(await readFile(device.places.B.path))
  const seen: unknown[] = []
  device.onForbid = async () => {
    seen.push(
      existsSync(device.recordPath),
      sha256(await readFile(device.places.B.path)) === before,
    )
  }
  device.onReadBack = () => seen.push(existsSync(device.recordPath))
  await device.install({ image: randomBytes(2 * MIB) })
  assert.deepEqual(device.events, ['forbid B', 'read-back'])
  assert.deepEqual(seen, [true, true, false])
  assert.ok(existsSync(device.recordPath))
})

test('a slot that the bootloader does not give away is left as it is, with its record', async () => {
  const device = await Device.create()
  await device.install()
  device.onForbid = () => Promise.reject(new Error('no bootloader'))
  await assert.rejects(device.install({ image: randomBytes(MIB) }), /no bootloader/)
  assert.equal(sha256(await readFile(device.places.B.path)), sha256(IMAGE))
  assert.equal((await device.installer.contents('B'))?.folder, '/')
})

const bomb = zstdCompressSync(Buffer.alloc(512 * MIB))
for (const [what, plan, code] of [
  [
    'longer than it was signed',
    { release: { installedSize: IMAGE.length - 1 }, format: 'raw.gz' },
    'LENGTH_EXCEEDED',
  ],
  [
    'shorter than it was signed',
    { release: { installedSize: IMAGE.length + 1 }, format: 'raw.gz' },
    'LENGTH_MISMATCH',
  ],
  ['that unpacks for ever', { bytes: bomb, format: 'raw.zst' }, 'LENGTH_EXCEEDED'],
  ['with one other byte', { release: { sha256: sha256(Buffer.from('other')) } }, 'DIGEST_MISMATCH'],
  [
    'compressed, with one other byte',
    { release: { sha256: sha256(Buffer.from('other')) }, format: 'raw.zst' },
    'DIGEST_MISMATCH',
  ],
  [
    'with data after the compressed image',
    { bytes: Buffer.concat([gzipSync(IMAGE), Buffer.from('x')]), format: 'raw.gz' },
    'ARTIFACT_INVALID',
  ],
  [
    'cut off',
    { bytes: zstdCompressSync(IMAGE).subarray(0, -9), format: 'raw.zst' },
    'ARTIFACT_INVALID',
  ],
  [
    'in another format than the signed one',
    { bytes: gzipSync(IMAGE), format: 'raw.zst' },
    'ARTIFACT_INVALID',
  ],
  ['signed with two lengths', { release: { installedSize: 5 } }, 'RELEASE_INVALID'],
  [
    'of another installer',
    { release: { installer: 'slot-directory' } },
    'RELEASE_FORMAT_UNSUPPORTED',
  ],
  [
    'in a format of another installer',
    { release: { format: 'tar.gz' } },
    'RELEASE_FORMAT_UNSUPPORTED',
  ],
  ['in a format nobody knows', { release: { format: 'raw.xz' } }, 'RELEASE_FORMAT_UNSUPPORTED'],
  ['of no bytes', { release: { installedSize: 0 }, format: 'raw.gz' }, 'RELEASE_INVALID'],
] satisfies [string, Plan, string][]) {
  test(`an image ${what} is refused, and its slot is not bootable`, async () => {
    const device = await Device.create()
    // As an honest chain of trust never would be: here the artifact lies where the release says.
    const { sha256: digest } = (plan as { release?: Partial<Release> }).release ?? {}
    if (digest !== undefined) {
      const bytes = COMPRESSED[(plan as Plan).format ?? 'raw'](IMAGE)
      await writeFile(artifactPath(device.downloadFolder, digest), bytes)
    }
    await assert.rejects(device.install(plan), coded(code))
    assert.equal(await device.installer.contents('B'), undefined)
    const written = await stat(device.places.B.path).catch(() => ({ blocks: 0, size: 0 }))
    assert.ok(written.size <= IMAGE.length + 1, 'nothing beyond the signed length')
  })
}

test('the artifact is not read through a link', async () => {
  const device = await Device.create()
  const elsewhere = join(device.downloadFolder, 'elsewhere')
  await writeFile(elsewhere, IMAGE)
  await symlink(elsewhere, artifactPath(device.downloadFolder, sha256(IMAGE)))
  const { release } = releaseOf(IMAGE, { format: 'raw', release: { installer: 'raw-image' } })
  const { signal } = new AbortController()
  await assert.rejects(device.installer.write(release, 'B', { signal }), coded('SLOT_WRITE_FAILED'))
})

describe('a slot that is not what it should be is not written', () => {
  for (const [what, spoil] of [
    ['a link', ({ A, B }: Record<SlotName, SlotPlace>) => symlink(A.path, B.path)],
    ['a folder', ({ B }: Record<SlotName, SlotPlace>) => mkdir(B.path)],
    ['another name of slot A', ({ A, B }: Record<SlotName, SlotPlace>) => link(A.path, B.path)],
  ] as const) {
    test(what, async () => {
      const device = await Device.create()
      await writeFile(device.places.A.path, 'what runs')
      await spoil(device.places)
      await assert.rejects(device.install(), coded('SLOT_WRITE_FAILED'))
      assert.equal(await readFile(device.places.A.path, 'utf8'), 'what runs')
      assert.equal(await device.installer.contents('B'), undefined)
    })
  }

  test('a file where a device should be', async () => {
    const folder = await mkdtemp(join(scratch, 'no-device-'))
    const B = { path: join(folder, 'b'), type: 'block-device' } as const
    await writeFile(B.path, 'file')
    const device = await Device.create({ A: { path: '/dev/null', type: 'block-device' }, B })
    await assert.rejects(device.install(), coded('SLOT_WRITE_FAILED'))
    assert.equal(await readFile(B.path, 'utf8'), 'file')
  })

  test('a device that is not there, which must not become a file', async () => {
    const path = join(scratch, 'not-there')
    const device = await Device.create({
      A: { path: '/dev/null', type: 'block-device' },
      B: { path, type: 'block-device' },
    })
    await assert.rejects(device.install(), coded('SLOT_WRITE_FAILED'))
    assert.ok(!existsSync(path))
  })
})

test('what the storage made of the image shows when it is read back', async () => {
  const device = await Device.create()
  const image = randomBytes(2 * MIB)
  // Asked for each block that is written and each that is read back: the third call is between the two.
  let calls = 0
  const signal = new Proxy(new AbortController().signal, {
    get(target, name) {
      if (name !== 'throwIfAborted') return Reflect.get(target, name)
      return () => {
        calls += 1
        if (calls === 3) {
          const words = ['-c', 'printf x | dd of="$0" bs=1 seek=1500000 conv=notrunc,fsync 2>&1']
          execFileSync('sh', [...words, device.places.B.path])
        }
      }
    },
  })
  await assert.rejects(device.install({ image, signal }), coded('DIGEST_MISMATCH'))
  assert.ok(calls > 3)
  assert.equal(await device.installer.contents('B'), undefined)
})

test('an installation that is told to stop leaves a slot that is not bootable', async () => {
  const device = await Device.create()
  await device.install()
  const abort = new AbortController()
  device.onForbid = async () => abort.abort()
  const stopped = device.install({ image: randomBytes(3 * MIB), signal: abort.signal })
  await assert.rejects(stopped, { name: 'AbortError' })
  assert.equal(await device.installer.contents('B'), undefined)
})

test('a slot whose record is damaged or whose file has another length is not bootable', async () => {
  const device = await Device.create()
  await device.install()
  const file = await open(device.places.B.path, 'r+')
  await file.truncate(IMAGE.length - 1)
  await file.close()
  assert.equal(await device.installer.contents('B'), undefined)
  await device.install()
  await device.holds(IMAGE)
  await writeFile(device.recordPath, '{"version":"9.9.9"}')
  assert.equal(await device.installer.contents('B'), undefined)
})

for (const [what, commandLine, before] of [
  ['is filled when another machine does it', 'quiet', ''],
  ['is compared when the device runs from it', 'quiet fleetward.slot=A', IMAGE],
] as const) {
  test(`slot A in the factory ${what}`, async () => {
    const device = await Device.create()
    const artifactPath = join(device.downloadFolder, 'factory.img.zst')
    const kernelCommandLine = join(device.downloadFolder, 'cmdline')
    await writeFile(artifactPath, zstdCompressSync(IMAGE))
    await writeFile(kernelCommandLine, commandLine)
    await writeFile(device.places.A.path, before)
    const { A, B } = device.places
    const factory = {
      ...{ artifactPath, kernelCommandLine, slotsFolder: device.slotsFolder },
      ...{ format: 'raw.zst', version: '1.0.0', securityCounter: 1 },
      places: { A: { ...A, roots: [] }, B: { ...B, roots: [] } },
      log: { write: () => {} },
    }
    await installFactoryImage(factory)
    assert.equal(sha256(await readFile(A.path)), sha256(IMAGE))
    assert.equal((await device.installer.contents('A'))?.version, '1.0.0')
    if (before === '') return
    await writeFile(A.path, randomBytes(IMAGE.length))
    await assert.rejects(installFactoryImage(factory), coded('DIGEST_MISMATCH'))
  })
}

const loop = (...words: string[]) =>
  execFileSync('losetup', words, { stdio: 'pipe' }).toString().trim()
const noLoops = (() => {
  try {
    loop('--find')
    return process.getuid?.() === 0 ? false : 'only root has block devices to try'
  } catch {
    return 'this machine has no loop devices'
  }
})()

test('block devices: every byte is the new image or zero, and a mounted one is not touched', {
  skip: noLoops,
}, async (t) => {
  const places = {} as Record<SlotName, SlotPlace>
  for (const slot of ['A', 'B'] as const) {
    const backing = join(scratch, `${slot}.backing`)
    await writeFile(backing, randomBytes(8 * MIB))
    const path = loop('--find', '--show', backing)
    t.after(() => loop('--detach', path))
    places[slot] = { path, type: 'block-device' }
  }
  const device = await Device.create(places)
  await device.install()
  const seen = await readFile(places.B.path)
  assert.equal(seen.length, 8 * MIB)
  assert.ok(seen.subarray(0, IMAGE.length).equals(IMAGE))
  assert.ok(seen.subarray(IMAGE.length).every((byte) => byte === 0))
  assert.equal((await device.installer.contents('B'))?.version, '1.4.3')
  assert.equal(device.direct, 'cache', 'read past the page cache')

  await assert.rejects(device.install({ image: randomBytes(9 * MIB) }), coded('DISK_FULL'))

  await t.test('one slot under two names', async () => {
    const twice = await Device.create({ A: places.B, B: places.B })
    await assert.rejects(twice.install(), coded('SLOT_WRITE_FAILED'))
  })

  await t.test('mounted', async (inner) => {
    execFileSync('mkfs.ext4', ['-q', places.B.path])
    const mounted = join(scratch, 'mounted')
    await mkdir(mounted)
    try {
      execFileSync('mount', [places.B.path, mounted], { stdio: 'pipe' })
    } catch {
      inner.skip('mounting is not allowed here')
      return
    }
    try {
      await writeFile(join(mounted, 'file'), 'in use')
      await assert.rejects(device.install(), coded('SLOT_WRITE_FAILED'))
      assert.equal(await readFile(join(mounted, 'file'), 'utf8'), 'in use')
    } finally {
      execFileSync('umount', [mounted])
    }
  })
})

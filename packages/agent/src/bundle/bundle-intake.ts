/**
 * From a stick to an offer: a bundle is read once, verified before anything of it is kept, put on the shelf, and its
 * manifest handed to the run like one that came over the network (protocol §14).
 */
import { createHash } from 'node:crypto'
import {
  acceptSequence,
  CHUNK_LIST_LENGTH_MAX_BYTES,
  codeOf,
  parseChunkList,
  RequestError,
} from '@fleetward/shared'
import type { Log } from '../ports.ts'
import type { UpdateRun } from '../run/update-run.ts'
import { TaskQueue } from '../task-queue.ts'
import { ChunkIntake } from '../transfer/chunk-intake.ts'
import { type BundleFiles, readSmallFiles } from './bundle-files.ts'
import { BundleReader } from './bundle-reader.ts'
import type { BundleShelf } from './bundle-shelf.ts'
import type { BundledReleases } from './bundled-releases.ts'
import {
  type BundleDevice,
  type BundleTrust,
  type OpenedBundle,
  openBundle,
} from './open-bundle.ts'

export interface BundleIntakeOptions {
  readonly run: Pick<UpdateRun, 'record' | 'version' | 'now' | 'acceptManifest'>
  readonly shelf: BundleShelf
  readonly releases: BundledReleases
  readonly trust: BundleTrust
  readonly log: Log
  readonly device: {
    readonly product: string
    readonly device: string
    readonly compatible: string
    readonly installers?: BundleDevice['installers']
  }
}

export interface HowTaken {
  /** A stick stays in through many boots, and each copy wears the flash. */
  readonly unlessInstalled?: boolean
}

export interface TakenBundle {
  readonly path: string
  readonly version: string
}

export class BundleIntake {
  readonly #options: BundleIntakeOptions
  /** One at a time: each takes the other's place on the shelf. */
  readonly #queue = new TaskQueue()

  constructor(options: BundleIntakeOptions) {
    this.#options = options
  }

  /** TrustError: refused. UPDATE_UNDER_WAY: bring it again. DeviceError: no room. Nothing of it was kept. */
  take(archive: AsyncIterable<Buffer>, how: HowTaken = {}): Promise<TakenBundle> {
    return this.#queue.take(() => this.#take(archive, how))
  }

  /** After a boot: what was taken before it. What does not verify any more is removed. */
  resume(): Promise<void> {
    return this.#queue.take(() => this.#resume())
  }

  async #resume(): Promise<void> {
    const { run, shelf, releases, log } = this.#options
    try {
      const files = await shelf.load()
      if (files === undefined) return
      const opened = await this.#open(files)
      releases.use(opened)
      await run.acceptManifest(opened.manifest, opened.token)
    } catch (error) {
      const known = codeOf(error)
      if (known === undefined) throw error
      log.write('warning', 'bundle-dropped', { ...known.facts, code: known.code })
      await shelf.clear()
    }
  }

  async #take(
    archive: AsyncIterable<Buffer>,
    { unlessInstalled = false }: HowTaken,
  ): Promise<TakenBundle> {
    const { run, shelf, releases, log } = this.#options
    const reader = await BundleReader.open(archive)
    const files = await readSmallFiles(reader)
    const opened = await this.#open(files)
    this.#requireFreeWay(opened)
    const { path, version } = opened.release
    if (unlessInstalled && (await this.#isInstalled(opened))) return { path, version }
    await shelf.put(reader.index, files, async (file) => {
      const { release } = opened
      const { path, sha256 } = release.chunks
      const list = await opened.releases.fetchTarget(path, sha256, CHUNK_LIST_LENGTH_MAX_BYTES)
      const chunks = parseChunkList(list, release)
      await file.requireSpace(chunks.length)
      const beginning = { length: 0, whole: createHash('sha256') }
      const intake = new ChunkIntake(chunks, beginning, (chunk, at) => file.write(chunk, at))
      try {
        await reader.stream(files.artifact, (block) => intake.take(block))
        await intake.finish(release.sha256)
      } finally {
        await intake.settle()
      }
      if ((await reader.next()) !== undefined) throw new Error('behind the last file')
    })
    releases.use(opened)
    log.write('info', 'verified', { what: 'bundle', path, version })
    await run.acceptManifest(opened.manifest, opened.token)
    return { path, version }
  }

  /** From here: what it brought is at hand still, and has been offered since the boot. */
  async #isInstalled({ release }: OpenedBundle): Promise<boolean> {
    const { run, shelf } = this.#options
    const isIdle = run.record.state.name === 'idle' && run.version === release.version
    return isIdle && (await shelf.hasArtifact(release.sha256))
  }

  #open(files: BundleFiles): Promise<OpenedBundle> {
    const { run, releases, trust, device } = this.#options
    const { securityCounter } = run.record
    const where = { ...device, securityCounter, version: run.version, now: run.now() }
    return releases.alone(() => openBundle(files, where, trust))
  }

  /** Before anything is written: the run would refuse it afterwards. */
  #requireFreeWay({ manifest, token, release }: OpenedBundle): void {
    const { audiences, state } = this.#options.run.record
    const last = audiences.find(({ audience }) => audience === manifest.aud)
    acceptSequence(last, token, manifest.seq)
    if (state.name === 'idle' || state.name === 'offered') return
    // The same one again, after its artifact was lost: it goes on with what it gets now.
    if (state.update.offer.release.path === release.path) return
    throw new RequestError('UPDATE_UNDER_WAY', { state: state.name })
  }
}

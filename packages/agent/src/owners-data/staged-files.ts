/**
 * Verified files of an archive beside the owner's, in the same file system: what is renamed into place
 * was complete and durable before anything of the owner's was touched.
 */
import { chown, type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeDirectory, onDisk, removeDurably, syncDirectory } from '@fleetward/platform'
import { RequestError } from '@fleetward/shared'
import type { ArchiveManifest } from './archive-manifest.ts'
import type { EntryListener, ReadArchive } from './read-archive.ts'

/** In the owner's folder, which may be a file system of its own. */
const NAME = '.fleetward-import'

export class StagedFiles {
  readonly #owners: string
  readonly #folder: string

  constructor(ownersFolder: string) {
    this.#owners = ownersFolder
    this.#folder = join(ownersFolder, NAME)
  }

  /** `read` goes through the archive once more; bytes that changed since the manifest was read are refused. */
  async fill(
    manifest: ArchiveManifest,
    read: (listener: EntryListener) => Promise<ReadArchive>,
  ): Promise<void> {
    await makeDirectory(this.#owners)
    await removeDurably(this.#folder)
    await makeDirectory(this.#folder)
    const paths = new Map(manifest.entries.map(({ name, path }) => [name, path]))
    const folders = new Set([this.#folder])
    let file: FileHandle | undefined
    const again = await onDisk(this.#folder, () =>
      read({
        begin: async (name) => {
          const path = paths.get(name)
          if (path === undefined) return
          const place = join(this.#folder, path)
          await mkdir(dirname(place), { recursive: true, mode: 0o700 })
          for (let at = dirname(place); at !== this.#folder; at = dirname(at)) folders.add(at)
          file = await open(place, 'wx', 0o600)
        },
        data: async (bytes) => {
          await file?.writeFile(bytes)
        },
        end: async () => {
          await file?.sync()
          await file?.close()
          file = undefined
        },
      }),
    ).finally(async () => file?.close())
    if (JSON.stringify(again.manifest) !== JSON.stringify(manifest)) {
      throw new RequestError('ARCHIVE_INVALID', { reason: 'changed while it was read' })
    }
    await this.#handOver([...folders], [...paths.values()])
  }

  /** Repeatable: a root that is staged no longer is in place already. */
  async apply(roots: readonly string[]): Promise<void> {
    await onDisk(this.#owners, async () => {
      for (const root of roots) {
        const staged = join(this.#folder, root)
        if ((await stat(this.#folder).catch(() => undefined)) === undefined) return
        const place = join(this.#owners, root)
        const isStaged = (await stat(staged).catch(() => undefined)) !== undefined
        if (!isStaged) continue
        await rm(place, { recursive: true, force: true })
        await mkdir(dirname(place), { recursive: true, mode: 0o700 })
        await rename(staged, place)
        await syncDirectory(dirname(place))
      }
    })
  }

  async remove(): Promise<void> {
    if ((await stat(this.#owners).catch(() => undefined)) !== undefined) {
      await removeDurably(this.#folder)
    }
  }

  /** To whom the owner's folder belongs: a product that does not run as root must read its files. */
  async #handOver(folders: string[], paths: readonly (string | undefined)[]): Promise<void> {
    await onDisk(this.#owners, async () => {
      const { uid, gid } = await stat(this.#owners)
      const files = paths.flatMap((path) => (path === undefined ? [] : [join(this.#folder, path)]))
      if (process.getuid?.() === 0) {
        for (const path of [...files, ...folders]) await chown(path, uid, gid)
      }
      for (const folder of folders) await syncDirectory(folder)
    })
  }
}

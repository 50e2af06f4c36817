/**
 * The folder that an export becomes. It is written beside, synced, and only then takes the place of the one before, so a
 * killed export leaves the old one as it was; the next one clears away what is left beside.
 */
import { createHash } from 'node:crypto'
import { lstat, mkdir, open, readdir, readFile, rename, rm, statfs } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { onDisk, syncDirectory } from '@fleetward/platform'
import { Refusal } from '../refusal.ts'

/** Of every file in the folder, with its hash: an export is known by it. */
export const SITE_MANIFEST = 'fleetward-site.json'
const MANIFEST_FORMAT = 'fleetward-site-export/1'
const FILES_MAX_COUNT = 200_000

export interface WrittenFile {
  readonly file: string
  readonly sha256: string
  readonly length: number
}

export class SiteFolder {
  readonly #out: string
  readonly #fresh: string
  readonly #former: string
  readonly #written: WrittenFile[] = []

  private constructor(out: string) {
    const beside = join(dirname(out), `.${basename(out)}.fleetward`)
    this.#out = out
    this.#fresh = `${beside}-new`
    this.#former = `${beside}-former`
  }

  /** Refuses to take the place of what no export wrote. */
  static async begin(path: string): Promise<SiteFolder> {
    const folder = new SiteFolder(resolve(path))
    await onDisk(folder.#out, () => folder.#clear())
    return folder
  }

  /** Before the first byte of what says how long it is. */
  async requireRoom(bytes: number): Promise<void> {
    const { bavail, bsize } = await onDisk(this.#fresh, () => statfs(this.#fresh))
    if (bytes <= bavail * bsize) return
    throw new Refusal('SITE_TOO_LONG', `The files of releases have ${bytes} bytes altogether`, {
      next: `Nothing was put in place. The disk of ${this.#out} has no room for them.`,
    })
  }

  async write(file: string, bytes: Uint8Array): Promise<void> {
    await this.place(file, async (path) => {
      const target = await open(path, 'wx', 0o644)
      try {
        await target.writeFile(bytes)
        await target.sync()
      } finally {
        await target.close()
      }
      return { sha256: createHash('sha256').update(bytes).digest('hex'), length: bytes.length }
    })
  }

  /** `make` writes and syncs the file itself, and says what it wrote. */
  async place(
    file: string,
    make: (path: string) => Promise<Omit<WrittenFile, 'file'>>,
  ): Promise<void> {
    const path = join(this.#fresh, file)
    await onDisk(path, async () => {
      await mkdir(dirname(path), { recursive: true })
      this.#written.push({ file, ...(await make(path)) })
    })
  }

  /** Throws what was written away: the site changed under it. */
  async startAgain(): Promise<void> {
    this.#written.length = 0
    await onDisk(this.#fresh, async () => {
      await rm(this.#fresh, { recursive: true, force: true })
      await mkdir(this.#fresh)
    })
  }

  /** Puts it in place; returns what is in it. */
  async finish(facts: object): Promise<readonly WrittenFile[]> {
    const files = this.#written.toSorted((a, b) => (a.file < b.file ? -1 : 1))
    const manifest = { format: MANIFEST_FORMAT, ...facts, files }
    await this.write(SITE_MANIFEST, Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`))
    await onDisk(this.#out, async () => {
      for (const path of await foldersIn(this.#fresh)) await syncDirectory(path)
      // Somebody may have put something there meanwhile.
      await this.#requireOwn()
      if (await isThere(this.#out)) await rename(this.#out, this.#former)
      await rename(this.#fresh, this.#out)
      await syncDirectory(dirname(this.#out))
      await rm(this.#former, { recursive: true, force: true })
    })
    return files
  }

  async giveUp(): Promise<void> {
    await rm(this.#fresh, { recursive: true, force: true })
  }

  async #clear(): Promise<void> {
    // Cut between the two renames: the former one is the only whole one.
    if (!(await isThere(this.#out)) && (await isThere(this.#former))) {
      await rename(this.#former, this.#out)
    }
    await this.#requireOwn()
    await rm(this.#former, { recursive: true, force: true })
    await rm(this.#fresh, { recursive: true, force: true })
    await mkdir(dirname(this.#out), { recursive: true })
    await mkdir(this.#fresh)
  }

  async #requireOwn(): Promise<void> {
    const there = await lstat(this.#out).catch(() => undefined)
    if (there === undefined) return
    if (!there.isDirectory()) throw notOurs(this.#out, 'it is no folder')
    const found = await filesIn(this.#out)
    if (found.length === 0) return
    const known = await ownFiles(join(this.#out, SITE_MANIFEST))
    if (known === undefined) throw notOurs(this.#out, 'it was not written by an export')
    const foreign = found.find((file) => file !== SITE_MANIFEST && !known.has(file))
    if (foreign !== undefined) throw notOurs(this.#out, `${foreign} is not of the export in it`)
  }
}

async function ownFiles(path: string): Promise<ReadonlySet<string> | undefined> {
  try {
    const { format, files } = JSON.parse(await readFile(path, 'utf8'))
    if (format !== MANIFEST_FORMAT || !Array.isArray(files)) return undefined
    return new Set(files.map(({ file }) => String(file)))
  } catch {
    return undefined
  }
}

async function entriesIn(folder: string) {
  const all = await readdir(folder, { recursive: true, withFileTypes: true })
  if (all.length > FILES_MAX_COUNT) throw notOurs(folder, 'there are too many files in it')
  return all
}

/** Whatever is no folder: a link too. */
async function filesIn(folder: string): Promise<readonly string[]> {
  return (await entriesIn(folder))
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const below = (await entriesIn(folder)).filter((entry) => entry.isDirectory())
  return [...below.map(({ parentPath, name }) => join(parentPath, name)), folder]
}

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined
}

function notOurs(path: string, why: string): Refusal {
  return new Refusal('SITE_FOLDER_NOT_OURS', `${path} is not replaced: ${why}`, {
    next: 'Name a folder that is not there yet, an empty one, or one that an export wrote and nobody else.',
  })
}

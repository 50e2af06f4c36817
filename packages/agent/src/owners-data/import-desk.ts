/**
 * Brings an export of another device in. The upload becomes a private copy; the first pass verifies all
 * of it and writes nothing, the second one stages the verified files beside the owner's. Only then is
 * there something that can be applied, at once, by the steps of ../reset/reset-steps.ts.
 */
import { createReadStream } from 'node:fs'
import { open, readFile, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDirectory, onDisk, removeDurably, writeFileDurably } from '@fleetward/platform'
import { DeviceError, type Json, RequestError } from '@fleetward/shared'
import type { OwnersChoices } from '../core/owners-choices.ts'
import type { Opener } from './age/stanzas.ts'
import { ARCHIVE_LENGTH_MAX_BYTES, type ArchiveManifest } from './archive-manifest.ts'
import { type DataChanges, dataChanges } from './data-changes.ts'
import { movableSettings } from './movable-settings.ts'
import type { OwnersDataSettings } from './owners-data-settings.ts'
import { type ReadArchive, readArchive } from './read-archive.ts'
import { StagedFiles } from './staged-files.ts'

export interface ImportDeskOptions {
  readonly dataFolder: string
  readonly product: string
  readonly ownersData: OwnersDataSettings
  owner(): OwnersChoices
}

/** What an import would change, or has staged. */
export interface ImportPreview {
  readonly product: string
  readonly createdAt: number
  readonly agent: string
  readonly settings: Readonly<Record<string, { readonly from: Json; readonly to: Json }>>
  readonly data: DataChanges & { readonly roots: readonly string[] }
}

/** Of the disk that is left free. */
const SPARE_BYTES = 16 * 1024 * 1024

export class ImportDesk {
  readonly #options: ImportDeskOptions
  readonly #folder: string
  #isBusy = false

  constructor(options: ImportDeskOptions) {
    this.#options = options
    this.#folder = importFolder(options.dataFolder)
  }

  /** Verified, compared with what is here, and thrown away. */
  preview(upload: AsyncIterable<Uint8Array>, by: Opener): Promise<ImportPreview> {
    return this.#alone(upload, async (copy) => {
      try {
        return await this.#previewOf(await this.#verified(copy, by))
      } finally {
        await removeDurably(this.#folder)
      }
    })
  }

  /** Ready to be applied once it resolves; rejects with nothing changed and nothing left behind. */
  stage(upload: AsyncIterable<Uint8Array>, by: Opener): Promise<ImportPreview> {
    return this.#alone(upload, async (copy) => {
      const { ownersData } = this.#options
      const staged = new StagedFiles(ownersData.folder)
      try {
        const archive = await this.#verified(copy, by)
        const preview = await this.#previewOf(archive)
        await staged.fill(archive.manifest, (listener) =>
          readArchive(createReadStream(copy), by, listener),
        )
        const { settings, manifest } = archive
        const plan = {
          roots: manifest.roots,
          ...(settings === undefined ? {} : { settings: movableSettings(settings) }),
        }
        await writeFileDurably(planPath(this.#options.dataFolder), JSON.stringify(plan))
        await removeDurably(copy)
        return preview
      } catch (error) {
        await staged.remove()
        await removeDurably(this.#folder)
        throw error
      }
    })
  }

  async #verified(copy: string, by: Opener): Promise<ReadArchive> {
    const archive = await readArchive(createReadStream(copy), by)
    const { product, roots } = archive.manifest
    const { product: own, ownersData } = this.#options
    if (product !== own) {
      throw new RequestError('ARCHIVE_INVALID', { reason: 'of another product', product })
    }
    const stranger = roots.find((root) => !ownersData.exported.includes(root))
    if (stranger !== undefined) {
      throw new RequestError('ARCHIVE_INVALID', { reason: 'not taken here', path: stranger })
    }
    return archive
  }

  async #previewOf({ manifest, settings }: ReadArchive): Promise<ImportPreview> {
    const { product, createdAt, agent } = manifest
    const { ownersData, owner } = this.#options
    const data = await dataChanges(ownersData.folder, manifest)
    return {
      ...{ product, createdAt, agent },
      settings: settings === undefined ? {} : settingsChanges(owner(), settings),
      data: { ...data, roots: manifest.roots },
    }
  }

  /** One at a time: there is one place for a private copy. */
  async #alone<Result>(
    upload: AsyncIterable<Uint8Array>,
    use: (copy: string) => Promise<Result>,
  ): Promise<Result> {
    if (this.#isBusy) throw new RequestError('UPDATE_UNDER_WAY', { reason: 'another import' })
    this.#isBusy = true
    try {
      await removeDurably(this.#folder)
      await makeDirectory(this.#folder)
      const copy = join(this.#folder, 'archive.age')
      try {
        await keepCopy(upload, copy)
      } catch (error) {
        await removeDurably(this.#folder)
        throw error
      }
      return await use(copy)
    } finally {
      this.#isBusy = false
    }
  }
}

export interface ImportPlan {
  readonly roots: ArchiveManifest['roots']
  readonly settings?: Json
}

/** undefined: nothing is staged, or it was applied already. */
export async function findImportPlan(dataFolder: string): Promise<ImportPlan | undefined> {
  const path = planPath(dataFolder)
  try {
    // Written by this agent alone, whole or not at all.
    return JSON.parse(await readFile(path, 'utf8')) as ImportPlan
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new DeviceError('DISK_FAILED', { path, errno: code ?? 'unknown' }, { cause })
  }
}

export function importFolder(dataFolder: string): string {
  return join(dataFolder, 'import')
}

function planPath(dataFolder: string): string {
  return join(importFolder(dataFolder), 'plan.json')
}

/** As it came, which is encrypted; no longer than the disk has room for it and what is in it. */
async function keepCopy(upload: AsyncIterable<Uint8Array>, path: string): Promise<void> {
  const { bavail, bsize } = await onDisk(path, () => statfs(join(path, '..')))
  const maxBytes = Math.min(ARCHIVE_LENGTH_MAX_BYTES, (bavail * bsize - SPARE_BYTES) / 2)
  await onDisk(path, async () => {
    const file = await open(path, 'wx', 0o600)
    try {
      let length = 0
      for await (const bytes of upload) {
        length += bytes.length
        if (length > maxBytes) throw new DeviceError('DISK_FULL', { path, maxBytes })
        await file.writeFile(bytes)
      }
      await file.sync()
    } finally {
      await file.close()
    }
  })
}

function settingsChanges(before: OwnersChoices, after: OwnersChoices): ImportPreview['settings'] {
  const from = movableSettings(before) as Record<string, Json>
  const to = movableSettings(after) as Record<string, Json>
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort()
  return Object.fromEntries(
    names
      .filter((name) => JSON.stringify(from[name]) !== JSON.stringify(to[name]))
      .map((name) => [name, { from: from[name] ?? null, to: to[name] ?? null }]),
  )
}

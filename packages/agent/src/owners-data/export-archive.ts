/**
 * One archive with what is the owner's: settings, the files the integrator listed, the activity log
 * (CRA Annex I, Part I (2)(m), P-100). Never keys, tokens, trust roots or counters: none of the three
 * sections is read from where those lie.
 */
import { createHash } from 'node:crypto'
import { isSlotPath, type Json } from '@fleetward/shared'
import type { OwnersChoices } from '../core/owners-choices.ts'
import {
  ARCHIVE_FORMAT,
  type ArchiveEntry,
  type ArchiveManifest,
  entryNameOf,
  LOG_ENTRY,
  MANIFEST_ENTRY,
  SETTINGS_ENTRY,
  type Section,
} from './archive-manifest.ts'
import { movableSettings } from './movable-settings.ts'
import { type OwnersFile, ownersFiles } from './owners-files.ts'
import { USTAR_END, ustarHeader, ustarPadding } from './ustar-writer.ts'

export interface ExportSource {
  readonly product: string
  readonly agent: string
  /** Seconds since 1970. */
  readonly now: number
  readonly owner: OwnersChoices
  readonly folder: string
  readonly exported: readonly string[]
  /** Lines of the activity log. */
  logLines(): AsyncIterable<string>
  onSkipped(path: string): void
}

const BLOCK_BYTES = 256 * 1024

/** A tar. The manifest comes last: the product writes on, and only what was read is what was read. */
export async function* exportedArchive(
  source: ExportSource,
  sections: readonly Section[],
): AsyncGenerator<Buffer> {
  const entries: ArchiveEntry[] = []
  if (sections.includes('settings')) {
    yield* whole(SETTINGS_ENTRY, jsonBytes(movableSettings(source.owner)), entries)
  }
  if (sections.includes('data')) {
    for await (const file of ownersFiles(source.folder, source.exported, source.onSkipped)) {
      yield* copied(file, entries)
    }
  }
  if (sections.includes('log')) {
    const lines = await Array.fromAsync(source.logLines())
    const text = lines.map((line) => `${line}\n`).join('')
    yield* whole(LOG_ENTRY, Buffer.from(text), entries)
  }
  const manifest: ArchiveManifest = {
    ...{ format: ARCHIVE_FORMAT, product: source.product, agent: source.agent },
    ...{ createdAt: source.now, sections, entries },
    // One without a file in it says nothing about what another device has there.
    roots: source.exported.filter((root) => entries.some(({ path }) => isBelow(path, root))),
  }
  yield* whole(MANIFEST_ENTRY, jsonBytes(manifest as unknown as Json), [])
  yield USTAR_END
}

function* whole(name: string, bytes: Buffer, entries: ArchiveEntry[]): Generator<Buffer> {
  yield ustarHeader(name, bytes.length)
  yield bytes
  yield ustarPadding(bytes.length)
  entries.push({ name, length: bytes.length, sha256: sha256(bytes) })
}

/** As long as it was when it was opened: what the product appends meanwhile is not part of it. */
async function* copied(
  { path, handle, length }: OwnersFile,
  entries: ArchiveEntry[],
): AsyncGenerator<Buffer> {
  const name = entryNameOf(path, isSlotPath)
  const digest = createHash('sha256')
  yield ustarHeader(name, length)
  for (let at = 0; at < length; ) {
    const block = Buffer.alloc(Math.min(BLOCK_BYTES, length - at))
    const { bytesRead } = await handle.read(block, 0, block.length, at)
    // Cut short while it was read: the rest is zeros, as a file of that length would have.
    const part = bytesRead === 0 ? block : block.subarray(0, bytesRead)
    digest.update(part)
    at += part.length
    yield part
  }
  yield ustarPadding(length)
  entries.push({ name, path, length, sha256: digest.digest('hex') })
}

function isBelow(path: string | undefined, root: string): boolean {
  return path === root || path?.startsWith(`${root}/`) === true
}

function jsonBytes(json: Json): Buffer {
  return Buffer.from(`${JSON.stringify(json, undefined, 2)}\n`)
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

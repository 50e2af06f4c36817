/**
 * Verifies the archive of a dossier without asking anybody: every file is in the manifest with its digest and length and
 * no other is there, the manifest is signed by a key that was named, and the extract of the audit log is chained.
 */
import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import {
  AuditExtract,
  type AuditHead,
  codeOf,
  DOSSIER_EXTRACT_PATH,
  DOSSIER_MANIFEST_MAX_BYTES,
  DOSSIER_MANIFEST_PATH,
  DOSSIER_SIGNATURE_MAX_BYTES,
  DOSSIER_SIGNATURE_PATH,
  type DossierManifest,
  importKeySet,
  type KeySet,
  parseDossierManifest,
  verifyAuditStatement,
  verifyDossierStatement,
} from '@fleetward/shared'
import { Refusal } from '../refusal.ts'
import { type DossierEntry, dossierEntries } from './dossier-zip.ts'

export interface VerifiedDossier {
  readonly manifest: DossierManifest
  /** Of the audit log in it. */
  readonly auditEntries: number
}

interface Seen {
  readonly sha256: string
  readonly length: number
}

export async function verifyDossier(path: string, keys: KeySet): Promise<VerifiedDossier> {
  const manifest = await manifestOf(path, keys)
  const lengths = new Map(manifest.files.map((file) => [file.path, file.length]))
  const seen = new Map<string, Seen>()
  let extract: readonly string[] | undefined
  let auditEntries = 0
  for await (const entry of dossierEntries(path)) {
    if (entry.name === DOSSIER_MANIFEST_PATH || entry.name === DOSSIER_SIGNATURE_PATH) continue
    const due = lengths.get(entry.name)
    if (due === undefined) throw mismatch(`${entry.name} does not belong to it`)
    if (due !== entry.length) throw mismatch(`${entry.name} was changed`)
    const isExtract = entry.name === DOSSIER_EXTRACT_PATH
    const walk = isExtract ? new ExtractWalk(keys) : undefined
    seen.set(entry.name, await digestOf(entry, walk))
    if (walk !== undefined) {
      auditEntries = walk.entries
      extract = walk.flaws
    }
  }
  requireSame(manifest, seen)
  const flaw = extract?.[0]
  if (flaw !== undefined) throw mismatch(`Its extract of the audit log is not whole: ${flaw}`)
  return { manifest, auditEntries }
}

/** Before anything else is unpacked: what nobody signed gets no time and no memory. */
async function manifestOf(path: string, keys: KeySet): Promise<DossierManifest> {
  let bytes: Uint8Array | undefined
  let signature: Uint8Array | undefined
  for await (const entry of dossierEntries(path)) {
    if (entry.name === DOSSIER_MANIFEST_PATH) bytes = await whole(entry, DOSSIER_MANIFEST_MAX_BYTES)
    if (entry.name === DOSSIER_SIGNATURE_PATH) {
      signature = await whole(entry, DOSSIER_SIGNATURE_MAX_BYTES)
    }
  }
  if (bytes === undefined || signature === undefined) {
    throw mismatch('Its manifest or the signature of it is missing')
  }
  return signedManifest(bytes, signature, keys)
}

export async function keysOfFile(bytes: Uint8Array): Promise<KeySet> {
  try {
    const given = JSON.parse(new TextDecoder().decode(bytes)) as { readonly keys?: unknown }
    // A kept head of the audit log has the set in a field.
    const isSet = Array.isArray(given.keys)
    return await importKeySet(isSet ? bytes : new TextEncoder().encode(JSON.stringify(given.keys)))
  } catch (cause) {
    throw new Refusal('KEY_FILE_INVALID', 'The file holds no keys of a server', {
      next: 'Name the file that `fleetward audit head` or `fleetward audit export` wrote, or a JWK set.',
      cause,
    })
  }
}

async function signedManifest(
  bytes: Uint8Array,
  signature: Uint8Array,
  keys: KeySet,
): Promise<DossierManifest> {
  try {
    const token = new TextDecoder().decode(signature)
    const { product, version, manifestSha256 } = await verifyDossierStatement(token, keys)
    const isSigned = createHash('sha256').update(bytes).digest('hex') === manifestSha256
    if (!isSigned) throw mismatch('Another manifest was signed than the one in it')
    const manifest = parseDossierManifest(bytes)
    if (manifest.product !== product || manifest.version !== version) {
      throw mismatch('It was signed as another dossier')
    }
    return manifest
  } catch (error) {
    const known = codeOf(error)
    if (error instanceof Refusal || known === undefined) throw error
    throw new Refusal('DOSSIER_SIGNATURE_INVALID', 'None of the keys that you named signed it', {
      next: 'Get the keys from the manufacturer, not from whoever gave you the dossier.',
      facts: { reason: known.code },
      cause: error,
    })
  }
}

function requireSame({ files }: DossierManifest, seen: ReadonlyMap<string, Seen>): void {
  for (const { path, sha256, length } of files) {
    const found = seen.get(path)
    if (found === undefined) throw mismatch(`${path} is missing`)
    if (found.sha256 !== sha256 || found.length !== length) throw mismatch(`${path} was changed`)
  }
  const listed = new Set(files.map(({ path }) => path))
  const other = [...seen.keys()].find((path) => !listed.has(path))
  if (other !== undefined) throw mismatch(`${other} does not belong to it`)
}

async function digestOf(entry: DossierEntry, walk: ExtractWalk | undefined): Promise<Seen> {
  const hash = createHash('sha256')
  let length = 0
  async function* hashed() {
    for await (const chunk of entry.chunks()) {
      hash.update(chunk)
      length += chunk.length
      yield chunk
    }
  }
  if (walk === undefined) for await (const _ of hashed());
  else await walk.take(hashed())
  return { sha256: hash.digest('hex'), length }
}

/** Reads the extract line by line while its digest is computed; what it finds counts once the digest is right. */
class ExtractWalk {
  readonly flaws: string[] = []
  entries = 0
  readonly #keys: KeySet

  constructor(keys: KeySet) {
    this.#keys = keys
  }

  async take(bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const lines = createInterface({
      input: Readable.from(bytes),
      crlfDelay: Number.POSITIVE_INFINITY,
    })
    let extract: AuditExtract | undefined
    let beginning: AuditHead | undefined
    let head: AuditHead | undefined
    for await (const line of lines) {
      try {
        if (extract === undefined) {
          const first = JSON.parse(line) as {
            product: string
            beginning: AuditHead
            checkpoint?: string
          }
          beginning = first.beginning
          if (beginning.seq > 0) await this.#requireCheckpoint(first.checkpoint, beginning)
          extract = new AuditExtract(first.product, beginning)
        } else if (line.startsWith('{"head":')) {
          const { kind, seq, hash } = await verifyAuditStatement(
            (JSON.parse(line) as { head: string }).head,
            this.#keys,
          )
          if (kind === 'head') head = { seq, hash }
        } else extract.take(line)
      } catch {
        this.flaws.push('a line of it cannot be read, or is not signed')
      }
    }
    if (extract === undefined || beginning === undefined) {
      this.flaws.push('it is empty')
      return
    }
    const { entries, flaw } = extract.end(head ?? beginning)
    this.entries = entries
    if (flaw !== undefined) this.flaws.push(flaw)
  }

  async #requireCheckpoint(token: string | undefined, { seq, hash }: AuditHead): Promise<void> {
    const signed = await verifyAuditStatement(token ?? '', this.#keys)
    if (signed.kind !== 'checkpoint' || signed.seq !== seq || signed.hash !== hash) {
      this.flaws.push('its beginning is not signed')
    }
  }
}

async function whole(entry: DossierEntry, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of entry.chunks()) {
    length += chunk.length
    if (length > maxBytes) throw mismatch(`${entry.name} is too long`)
    parts.push(chunk)
  }
  return Buffer.concat(parts)
}

function mismatch(what: string): Refusal {
  return new Refusal('DOSSIER_ALTERED', `This is not the dossier that was signed. ${what}`, {
    next: 'Get it anew with `fleetward dossier get`; keep this one if somebody gave it to you as genuine.',
  })
}

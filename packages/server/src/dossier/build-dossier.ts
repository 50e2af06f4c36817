/**
 * Builds one dossier: asks every section, renders page and PDF, writes the archive beside what is kept, and hands it to
 * the store of artifacts; only then does the database name it. What a kill leaves is a file that the next start removes.
 */
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { DossierGap } from '@fleetward/shared'
import type { ArtifactIntake } from '../artifacts/artifact-intake.ts'
import { ANNEX_7 } from './annex-7.ts'
import type { DocumentSection, DossierDocument } from './document.ts'
import { dossierRetainedUntil } from './dossier-retention.ts'
import type { BuiltDossier } from './dossier-store.ts'
import { SCOPE_WORDS } from './fact-words.ts'
import { boundedGaps } from './gap-bounds.ts'
import { render } from './render.ts'
import { ANNEX_7_ITEMS, type DossierFile, type DossierSource, type Section } from './section.ts'
import { writeArchive } from './write-archive.ts'

export interface BuildNeeds {
  readonly source: DossierSource
  readonly sections: readonly Section[]
  readonly version: number
  readonly intake: ArtifactIntake
  /** Where it lies while it is written. */
  readonly folder: string
  readonly fontFile: string | undefined
  readonly signal: AbortSignal
  progress(done: number, inAll: number): void
}

export async function buildDossier(needs: BuildNeeds): Promise<BuiltDossier> {
  const { source, version, signal, intake, folder } = needs
  const { document, files } = await collect(needs)
  const { html, pdf } = await render(document, needs.fontFile, signal)
  const readable: DossierFile[] = [
    {
      ...{ path: 'dossier.html', mediaType: 'text/html', item: 'VII', content: html },
      what: 'The technical documentation as a page',
    },
    {
      ...{ path: 'dossier.pdf', mediaType: 'application/pdf', item: 'VII', content: pdf },
      what: 'The technical documentation as a PDF',
    },
  ]
  const all = [...readable, ...files]
  const { status, declaration, gaps } = document
  const { product, now: builtAt } = source
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, randomUUID())
  try {
    const hash = createHash('sha256')
    const { manifestSha256 } = await writeArchive(
      {
        files: all,
        head: { product, version, builtAt, status, declaration, gaps },
        sign: (digest) =>
          source.auditKeys.signDossier({ product, version, manifestSha256: digest, at: builtAt }),
        wrote: (done) => {
          signal.throwIfAborted()
          needs.progress(done, all.length)
        },
      },
      (bytes) =>
        pipeline(
          bytes,
          async function* hashed(chunks) {
            for await (const chunk of chunks as AsyncIterable<Buffer>) {
              hash.update(chunk)
              yield chunk
            }
          },
          createWriteStream(path, { flags: 'wx', mode: 0o600 }),
          { signal },
        ),
    )
    const { size: length } = await stat(path)
    const sha256 = hash.digest('hex')
    await intake.receive(createReadStream(path, { signal }), { sha256, length })
    const retainedUntil = dossierRetainedUntil(source.facts, builtAt)
    return {
      ...{ status, declaration, gaps, files: all.length, sha256, length },
      ...{ manifestSha256, retainedUntil },
    }
  } finally {
    await rm(path, { force: true })
  }
}

async function collect({ source, sections, version, signal }: BuildNeeds) {
  const files: DossierFile[] = []
  const gaps: DossierGap[] = []
  const written: (DocumentSection & Pick<Section, 'item'>)[] = []
  for (const section of sections) {
    signal.throwIfAborted()
    const { id, item, title } = section
    const { blocks, files: own = [], gaps: missing = [] } = await section.write(source)
    files.push(...own)
    gaps.push(...missing)
    const shown = own.map(({ path, what }) => ({ path, what }))
    written.push({ id, item, title, blocks, gaps: missing, files: shown.slice(0, FILES_SHOWN) })
  }
  const bounded = boundedGaps(gaps)
  const { product, now: builtAt, facts, declaration } = source
  const document: DossierDocument = {
    ...{ title: facts.name ?? product, product, version, builtAt, gaps: bounded },
    status: bounded.length === 0 ? 'complete' : 'incomplete',
    ...{ declaration: declaration.state, scope: SCOPE_WORDS[source.gaps.scope] },
    items: ANNEX_7_ITEMS.map((number) => ({
      ...{ number, title: ANNEX_7[number] },
      sections: written.filter(({ item }) => item === number),
    })),
  }
  return { document, files }
}

/** Of a section; the manifest has all. */
const FILES_SHOWN = 100

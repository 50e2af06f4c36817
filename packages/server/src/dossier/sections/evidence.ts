/** Annex VII 6: the reports themselves, bound to the bytes of the releases that they are about (CRA P-143). */
import type { DossierGap } from '@fleetward/shared'
import type { Evidence, EvidenceKind } from '../../evidence/evidence.ts'
import { day, oneLine, table } from '../document.ts'
import { jsonFile } from '../json-file.ts'
import type { DossierFile, DossierSource, Section } from '../section.ts'
import { storedContent } from '../stored-content.ts'

const AT_ONCE = 500
const LIST = 'evidence/evidence.json'
const ENDINGS: Readonly<Partial<Record<EvidenceKind, string>>> = { sarif: 'json', junit: 'xml' }
const TYPES: Readonly<Record<string, string>> = { json: 'application/json', xml: 'application/xml' }

export const evidence: Section = {
  id: 'evidence',
  item: '6',
  title: 'Evidence',
  async write(source) {
    const { releases } = source
    const all = await allOf(source)
    const files: DossierFile[] = []
    const gaps: DossierGap[] = []
    for (const one of all) {
      const ending = ENDINGS[one.kind] ?? 'bin'
      const path = `evidence/${one.number}-${one.kind}.${ending}`
      const mediaType = TYPES[ending] ?? 'application/octet-stream'
      const what = `${one.kind}, ${oneLine(one.name)}: ${one.outcome}`
      const content = await storedContent(source.artifacts, one.sha256)
      if (content !== undefined) files.push({ path, mediaType, item: 'VII.6', what, content })
      else {
        const next = 'Bring the store back from its backup.'
        gaps.push({ item: 'VII.6', what: `Evidence ${one.number} is not in the store`, next })
      }
    }
    const subjects = new Set(all.map(({ subject }) => subject))
    for (const { release } of releases) {
      if (subjects.has(release.sha256) || subjects.has(release.sbom.sha256)) continue
      const what = `There is no evidence that ${release.version} was tested`
      gaps.push({
        item: 'VII.6',
        what,
        next: 'Bring a report of its tests, bound to its artifact.',
      })
    }
    return {
      blocks: [
        table(
          'Evidence of tests and reviews',
          ['Number', 'Kind', 'Name', 'About', 'Outcome', 'Brought', 'By'],
          all.map(({ number, kind, name, subject, outcome, at, by }) => [
            ...[String(number), kind, oneLine(name), versionOf(source, subject), outcome],
            ...[day(at), oneLine(by.name)],
          ]),
          LIST,
        ),
      ],
      files: [
        jsonFile(
          LIST,
          { item: 'VII.6', what: 'Every piece of evidence, and what it is about' },
          all,
        ),
        ...files,
      ],
      gaps,
    }
  },
}

async function allOf({ stores, product }: DossierSource): Promise<readonly Evidence[]> {
  const all: Evidence[] = []
  for (;;) {
    const before = all.at(-1)?.number
    const some = await stores.evidence.list({ product, before, limit: AT_ONCE })
    all.push(...some)
    if (some.length < AT_ONCE) return all
  }
}

/** Of the release, or the digest where no published one has it. */
function versionOf({ releases }: DossierSource, subject: string): string {
  const found = releases.find(
    ({ release }) => release.sha256 === subject || release.sbom.sha256 === subject,
  )
  return found?.release.version ?? subject
}

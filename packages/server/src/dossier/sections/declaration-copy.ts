/** Annex VII 7: the EU declaration of conformity (Annex V), and the simplified one (Annex VI) (CRA P-002, P-146). */
import { type SignedDeclaration, simplifiedText } from '../declaration.ts'
import { facts, text } from '../document.ts'
import { factGaps } from '../fact-gaps.ts'
import { jsonFile } from '../json-file.ts'
import type { DossierFile, DossierSource, Section } from '../section.ts'
import { storedContent } from '../stored-content.ts'

export const declarationCopy: Section = {
  id: 'declaration',
  item: '7',
  title: 'EU declaration of conformity (Annex V) and simplified declaration (Annex VI)',
  async write(source) {
    const { declaration, facts: of } = source
    const { state, draft, signed } = declaration
    if (state === 'not-due') {
      return { blocks: [text('A steward of free software declares no conformity (Art. 24).')] }
    }
    const shown = state === 'draft' ? draft : (signed?.text ?? draft)
    return {
      blocks: [
        text(STATE_WORDS[state]),
        facts(
          shown.items.map(({ number, title, lines }) => [`V.${number} ${title}`, lines.join('; ')]),
        ),
        facts(signatureRows(signed)),
        text(`Simplified declaration (Annex VI): ${simplifiedText(of)}`),
      ],
      files: await filesOf(source),
      gaps: [...factGaps(source, 'annex-5', (number) => number !== '8'), ...signatureGap(source)],
    }
  },
}

const STATE_WORDS = {
  draft: 'DRAFT: nobody has signed it. It declares nothing.',
  signed: 'Signed.',
  outdated: 'Signed for an earlier version: the facts have changed since. This is what was signed.',
} as const

function signatureRows(signed: SignedDeclaration | undefined) {
  if (signed === undefined) return []
  const { name, function: as, place, date } = signed.signer
  return [
    ['V.8 Signed for and on behalf of the manufacturer by', `${name}, ${as}`],
    ['V.8 Place and date', `${place}, ${date}`],
    ['Recorded by the account', `${signed.byName} (${signed.by})`],
    ['SHA-256 of what was signed', signed.textSha256],
  ] as const
}

function signatureGap({ declaration: { state }, product }: DossierSource) {
  if (state === 'signed') return []
  const what =
    state === 'outdated'
      ? 'The declaration of conformity is signed for an earlier version: what it says has changed'
      : 'The declaration of conformity is a draft: nobody has signed it'
  return [{ item: 'V.8', what, next: `fleetward dossier sign-declaration ${product} --help` }]
}

async function filesOf({ declaration, facts: of, artifacts }: DossierSource) {
  const { state, draft, draftSha256, signed } = declaration
  const item = 'VII.7'
  const files: DossierFile[] = [
    jsonFile(
      'declaration/draft.json',
      { item, what: 'The declaration of conformity as the facts make it now; signed by nobody' },
      { sha256: draftSha256, text: draft },
    ),
    {
      ...{ path: 'declaration/simplified.txt', mediaType: 'text/plain', item },
      what: 'Simplified declaration of conformity (Annex VI)',
      content: Buffer.from(`${simplifiedText(of)}\n`),
    },
  ]
  if (signed === undefined) return files
  const what = `The declaration of conformity as it was signed${state === 'outdated' ? ', for an earlier version' : ''}`
  files.push(jsonFile('declaration/signed.json', { item, what }, signed))
  const content = signed.document && (await storedContent(artifacts, signed.document.sha256))
  if (content !== undefined) {
    const path = 'declaration/signed.pdf'
    files.push({ path, mediaType: 'application/pdf', item, what: 'The signed document', content })
  }
  return files
}

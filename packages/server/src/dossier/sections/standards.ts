/** Annex VII 5: which standards are applied, how far, and what each covers (CRA P-008, P-103). */
import { STANDARDS } from '../../law/named-kinds.ts'
import type { StandardGap } from '../../law/standards/standard.ts'
import { oneLine, table } from '../document.ts'
import { item7 } from '../fact-gaps.ts'
import { jsonFile } from '../json-file.ts'
import { everyRecord } from '../records.ts'
import type { Section } from '../section.ts'

const REGISTER = 'standards/register.json'

const GAP_WORDS: Readonly<Record<StandardGap, string>> = {
  superseded: 'it was superseded',
  'covers-nothing': 'it covers no requirement of Annex I',
  'not-cited': 'the Official Journal does not cite it, and it gives no presumption of conformity',
}

export const standards: Section = {
  id: 'standards',
  item: '5',
  title: 'Standards, specifications and certification',
  async write(source) {
    const register = await everyRecord(source, STANDARDS)
    return {
      blocks: [
        table(
          'Standards of the declaration',
          ['Title', 'Version', 'Cited in the Official Journal', 'Applied'],
          (source.facts.declaredStandards ?? []).map(
            ({ title, version, isCited, isAppliedInFull }) => [
              ...[title, version, isCited ? 'yes' : 'no', isAppliedInFull ? 'in full' : 'in part'],
            ],
          ),
          'product/facts.json',
        ),
        table(
          'Register of standards',
          ['Standard', 'Kind', 'Edition', 'Cited', 'Applied', 'Requirements', 'Superseded by'],
          register.map(({ content }) => {
            const { title, kind, edition, isCited, isAppliedInFull, partsApplied = '' } = content
            const { covers, supersededBy = '', supersededOn = '' } = content
            return [
              ...[oneLine(title), kind, oneLine(edition), isCited ? 'yes' : 'no'],
              isAppliedInFull ? 'in full' : `in part: ${oneLine(partsApplied)}`,
              ...[covers.join(' '), oneLine(`${supersededBy} ${supersededOn}`)],
            ]
          }),
          REGISTER,
        ),
      ],
      files: [jsonFile(REGISTER, { item: 'VII.5', what: 'The register of standards' }, register)],
      gaps: [
        ...item7('5')(source),
        ...register.flatMap(({ id, gaps }) =>
          gaps.map((gap) => ({
            item: 'VII.5',
            what: `Standard ${id}: ${GAP_WORDS[gap as StandardGap]}`,
            next: 'fleetward products standards --help',
          })),
        ),
      ],
    }
  },
}

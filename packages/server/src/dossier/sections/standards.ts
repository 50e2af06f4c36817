/** Annex VII 5: which standards are applied, and how far (CRA P-008). */
import { table } from '../document.ts'
import { item7 } from '../fact-gaps.ts'
import type { Section } from '../section.ts'

export const standards: Section = {
  id: 'standards',
  item: '5',
  title: 'Standards, specifications and certification',
  async write(source) {
    return {
      blocks: [
        table(
          'Standards',
          ['Title', 'Version', 'Cited in the Official Journal', 'Applied'],
          (source.facts.standards ?? []).map(({ title, version, isCited, isAppliedInFull }) => [
            ...[title, version, isCited ? 'yes' : 'no', isAppliedInFull ? 'in full' : 'in part'],
          ]),
          'product/facts.json',
        ),
      ],
      gaps: item7('5')(source),
    }
  },
}
